namespace P2PStream.Discovery;

/// <summary>
/// One KRPC message (BEP 5) as a view of its datagram. Reading it checks the shape only; whether a
/// query has what its method needs is its handler's question. Keys that are not known are passed
/// over, so that what BEPs 32, 33, 42, 43, 44 and 51 add does no harm.
/// </summary>
internal ref struct KrpcMessage
{
    public KrpcKind Kind;
    public KrpcMethod Method;

    /// <summary>Key <c>t</c>, as long as the other side likes within
    /// <see cref="KrpcLimits.MaxTransactionBytes"/>.</summary>
    public ReadOnlySpan<byte> Transaction;

    /// <summary>Key <c>id</c>, which is 20 bytes from a proper node.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>Key <c>target</c> of find_node.</summary>
    public ReadOnlySpan<byte> Target;

    /// <summary>Key <c>info_hash</c> of get_peers and announce_peer.</summary>
    public ReadOnlySpan<byte> InfoHash;

    public ReadOnlySpan<byte> Token;

    /// <summary>Key <c>port</c>, or -1 without one.</summary>
    public long Port;

    /// <summary>Key <c>implied_port</c>: announce the datagram's own source port.</summary>
    public bool ImpliedPort;

    /// <summary>Compact IPv4 nodes, 26 bytes each.</summary>
    public ReadOnlySpan<byte> Nodes;

    /// <summary>Compact IPv6 nodes, 38 bytes each (BEP 32).</summary>
    public ReadOnlySpan<byte> Nodes6;

    /// <summary>The bencoded list of compact peers, or empty.</summary>
    public ReadOnlySpan<byte> Values;

    /// <summary>Key <c>ro</c>: answer it, but never keep it (BEP 43).</summary>
    public bool IsReadOnly;

    /// <summary>Key <c>ip</c>: our own compact endpoint as the other side sees it (BEP
    /// 42).</summary>
    public ReadOnlySpan<byte> ObservedEndPoint;

    /// <summary>The number of an error, or 0.</summary>
    public long ErrorCode;

    /// <summary>Reads a datagram; false for anything that is no KRPC message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out KrpcMessage message)
    {
        message = default;
        var view = new KrpcMessage { Port = -1 };
        if (datagram.Length > KrpcLimits.MaxReceivedBytes) return false;
        var reader = new BencodeReader(datagram);
        if (!reader.TryEnterDictionary()) return false;
        ReadOnlySpan<byte> kind = default, method = default;
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var key)) return false;
            var read = key switch
            {
                [(byte)'t'] => reader.TryReadString(out view.Transaction),
                [(byte)'y'] => reader.TryReadString(out kind),
                [(byte)'q'] => reader.TryReadString(out method),
                [(byte)'a'] or [(byte)'r'] => TryReadBody(ref reader, ref view),
                [(byte)'e'] => TryReadError(ref reader, ref view),
                _ when key.SequenceEqual("ip"u8) =>
                    TryReadText(ref reader, out view.ObservedEndPoint),
                _ when key.SequenceEqual("ro"u8) => TryReadFlag(ref reader, out view.IsReadOnly),
                _ => reader.TrySkip(),
            };
            if (!read) return false;
        }

        if (view.Transaction.Length > KrpcLimits.MaxTransactionBytes) return false;
        if (!TryKind(kind, out view.Kind)) return false;
        view.Method = MethodOf(method);
        message = view;
        return true;
    }

    private static bool TryReadBody(
        scoped ref BencodeReader reader, scoped ref KrpcMessage message)
    {
        if (!reader.TryEnterDictionary()) return reader.TrySkip();
        while (!reader.TryLeave())
        {
            if (!reader.TryReadString(out var key)) return false;
            if (!TryReadArgument(key, ref reader, ref message)) return false;
        }

        return true;
    }

    private static bool TryReadArgument(
        ReadOnlySpan<byte> key, scoped ref BencodeReader reader, scoped ref KrpcMessage message)
    {
        if (key.SequenceEqual("id"u8)) return TryReadText(ref reader, out message.Id);
        if (key.SequenceEqual("info_hash"u8)) return TryReadText(ref reader, out message.InfoHash);
        if (key.SequenceEqual("target"u8)) return TryReadText(ref reader, out message.Target);
        if (key.SequenceEqual("token"u8)) return TryReadText(ref reader, out message.Token);
        if (key.SequenceEqual("nodes"u8)) return TryReadText(ref reader, out message.Nodes);
        if (key.SequenceEqual("nodes6"u8)) return TryReadText(ref reader, out message.Nodes6);
        if (key.SequenceEqual("values"u8)) return reader.TryReadRaw(out message.Values);
        if (key.SequenceEqual("port"u8)) return TryReadNumber(ref reader, ref message.Port);
        return key.SequenceEqual("implied_port"u8)
            ? TryReadFlag(ref reader, out message.ImpliedPort)
            : reader.TrySkip();
    }

    private static bool TryReadError(
        scoped ref BencodeReader reader, scoped ref KrpcMessage message)
    {
        if (!reader.TryEnterList()) return reader.TrySkip();
        if (!reader.TryLeave())
        {
            if (!TryReadNumber(ref reader, ref message.ErrorCode)) return false;
            while (!reader.TryLeave())
            {
                if (!reader.TrySkip()) return false;
            }
        }

        return true;
    }

    // A known key with a value of another kind is treated as absent, not as an offence.
    private static bool TryReadText(
        scoped ref BencodeReader reader, out ReadOnlySpan<byte> text) =>
        reader.TryReadString(out text) || reader.TrySkip();

    private static bool TryReadNumber(scoped ref BencodeReader reader, ref long number)
    {
        if (!reader.TryReadInteger(out var value)) return reader.TrySkip();
        number = value;
        return true;
    }

    private static bool TryReadFlag(scoped ref BencodeReader reader, out bool flag)
    {
        long number = 0;
        var read = TryReadNumber(ref reader, ref number);
        flag = number != 0;
        return read;
    }

    private static bool TryKind(ReadOnlySpan<byte> text, out KrpcKind kind)
    {
        kind = text is [(byte)'q'] ? KrpcKind.Query
            : text is [(byte)'r'] ? KrpcKind.Reply : KrpcKind.Error;
        return text is [(byte)'q' or (byte)'r' or (byte)'e'];
    }

    private static KrpcMethod MethodOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("ping"u8)) return KrpcMethod.Ping;
        if (name.SequenceEqual("find_node"u8)) return KrpcMethod.FindNode;
        if (name.SequenceEqual("get_peers"u8)) return KrpcMethod.GetPeers;
        return name.SequenceEqual("announce_peer"u8)
            ? KrpcMethod.AnnouncePeer
            : KrpcMethod.Unknown;
    }
}
