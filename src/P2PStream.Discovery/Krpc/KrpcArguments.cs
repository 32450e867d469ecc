namespace P2PStream.Discovery;

/// <summary>Reads the dictionary of a query's arguments or a reply's values, both in one: a key
/// means the same in either. A known key with a value of another kind is treated as absent, not as
/// an offence.</summary>
internal static class KrpcArguments
{
    public static bool TryRead(scoped ref BencodeReader reader, scoped ref KrpcMessage message)
    {
        if (!reader.TryEnterDictionary()) return reader.TrySkip();
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var key)) return false;
            if (!TryReadCommon(key, ref reader, ref message, out var isKnown)) return false;
            if (isKnown) continue;
            if (!TryReadRare(key, ref reader, ref message)) return false;
        }

        return true;
    }

    public static bool TryReadText(
        scoped ref BencodeReader reader, out ReadOnlySpan<byte> text) =>
        reader.TryReadString(out text) || reader.TrySkip();

    public static bool TryReadNumber(scoped ref BencodeReader reader, ref long number)
    {
        if (!reader.TryReadInteger(out var value)) return reader.TrySkip();
        number = value;
        return true;
    }

    public static bool TryReadFlag(scoped ref BencodeReader reader, out bool flag)
    {
        long number = 0;
        var read = TryReadNumber(ref reader, ref number);
        flag = number != 0;
        return read;
    }

    /// <summary>The keys of BEPs 5 and 32.</summary>
    private static bool TryReadCommon(ReadOnlySpan<byte> key, scoped ref BencodeReader reader,
        scoped ref KrpcMessage message, out bool isKnown)
    {
        isKnown = true;
        if (key.SequenceEqual("id"u8)) return TryReadText(ref reader, out message.Id);
        if (key.SequenceEqual("info_hash"u8)) return TryReadText(ref reader, out message.InfoHash);
        if (key.SequenceEqual("target"u8)) return TryReadText(ref reader, out message.Target);
        if (key.SequenceEqual("token"u8)) return TryReadText(ref reader, out message.Token);
        if (key.SequenceEqual("nodes"u8)) return TryReadText(ref reader, out message.Nodes);
        if (key.SequenceEqual("nodes6"u8)) return TryReadText(ref reader, out message.Nodes6);
        if (key.SequenceEqual("values"u8)) return reader.TryReadRaw(out message.Values);
        if (key.SequenceEqual("want"u8)) return TryReadWant(ref reader, ref message.Want);
        if (key.SequenceEqual("port"u8)) return TryReadNumber(ref reader, ref message.Port);
        if (key.SequenceEqual("implied_port"u8))
            return TryReadFlag(ref reader, out message.ImpliedPort);
        isKnown = false;
        return true;
    }

    /// <summary>The keys of BEPs 33, 44 and 51.</summary>
    private static bool TryReadRare(ReadOnlySpan<byte> key, scoped ref BencodeReader reader,
        scoped ref KrpcMessage message)
    {
        switch (key)
        {
            case [(byte)'v']:
                return reader.TryReadRaw(out message.Value);
            case [(byte)'k']:
                return TryReadText(ref reader, out message.PublicKey);
        }

        if (key.SequenceEqual("sig"u8)) return TryReadText(ref reader, out message.Signature);
        if (key.SequenceEqual("salt"u8)) return TryReadText(ref reader, out message.Salt);
        if (key.SequenceEqual("seq"u8)) return TryReadNumber(ref reader, ref message.Sequence);
        if (key.SequenceEqual("cas"u8)) return TryReadNumber(ref reader, ref message.Cas);
        if (key.SequenceEqual("scrape"u8)) return TryReadFlag(ref reader, out message.IsScrape);
        if (key.SequenceEqual("seed"u8)) return TryReadFlag(ref reader, out message.IsSeed);
        if (key.SequenceEqual("noseed"u8)) return TryReadFlag(ref reader, out message.NoSeeds);
        if (key.SequenceEqual("BFsd"u8)) return TryReadText(ref reader, out message.SeedFilter);
        if (key.SequenceEqual("BFpe"u8)) return TryReadText(ref reader, out message.PeerFilter);
        return key.SequenceEqual("samples"u8)
            ? TryReadText(ref reader, out message.Samples)
            : reader.TrySkip();
    }

    private static bool TryReadNumber(scoped ref BencodeReader reader, ref long? number)
    {
        if (!reader.TryReadInteger(out var value)) return reader.TrySkip();
        number = value;
        return true;
    }

    private static bool TryReadWant(scoped ref BencodeReader reader, ref KrpcWant want)
    {
        if (!reader.TryEnterList()) return reader.TrySkip();
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var family))
            {
                if (!reader.TrySkip()) return false;
            }
            else if (family.SequenceEqual("n4"u8))
            {
                want |= KrpcWant.IPv4;
            }
            else if (family.SequenceEqual("n6"u8))
            {
                want |= KrpcWant.IPv6;
            }
        }

        return true;
    }
}
