namespace P2PStream.Discovery;

/// <summary>
/// One KRPC message (BEP 5) as a view of its datagram. Reading it checks the shape only; whether a
/// query has what its method needs is its handler's question. Keys that are not known are passed
/// over, so that what other BEPs and clients add does no harm.
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

    /// <summary>Key <c>target</c> of find_node, get and sample_infohashes.</summary>
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

    /// <summary>Key <c>want</c> (BEP 32).</summary>
    public KrpcWant Want;

    /// <summary>The bencoded list of compact peers, or empty.</summary>
    public ReadOnlySpan<byte> Values;

    /// <summary>Key <c>scrape</c>: filters are wanted (BEP 33).</summary>
    public bool IsScrape;

    /// <summary>Key <c>seed</c> of announce_peer: the peer has everything (BEP 33).</summary>
    public bool IsSeed;

    /// <summary>Key <c>noseed</c> of get_peers: no such peers are wanted (BEP 33).</summary>
    public bool NoSeeds;

    /// <summary>Key <c>BFsd</c>: the filter of seeds, 256 bytes (BEP 33).</summary>
    public ReadOnlySpan<byte> SeedFilter;

    /// <summary>Key <c>BFpe</c>: the filter of other peers, 256 bytes (BEP 33).</summary>
    public ReadOnlySpan<byte> PeerFilter;

    /// <summary>Key <c>v</c> of an item, bencoded as it came (BEP 44); empty without one.
    /// </summary>
    public ReadOnlySpan<byte> Value;

    /// <summary>Key <c>k</c> of a mutable item.</summary>
    public ReadOnlySpan<byte> PublicKey;

    /// <summary>Key <c>sig</c> of a mutable item.</summary>
    public ReadOnlySpan<byte> Signature;

    /// <summary>Key <c>salt</c> of a mutable item.</summary>
    public ReadOnlySpan<byte> Salt;

    /// <summary>Key <c>seq</c>; null without one.</summary>
    public long? Sequence;

    /// <summary>Key <c>cas</c> of put: the version to be replaced; null without one.</summary>
    public long? Cas;

    /// <summary>Key <c>samples</c>: info-hashes, 20 bytes each (BEP 51).</summary>
    public ReadOnlySpan<byte> Samples;

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
                [(byte)'a'] or [(byte)'r'] => KrpcArguments.TryRead(ref reader, ref view),
                [(byte)'e'] => TryReadError(ref reader, ref view),
                _ when key.SequenceEqual("ip"u8) =>
                    KrpcArguments.TryReadText(ref reader, out view.ObservedEndPoint),
                _ when key.SequenceEqual("ro"u8) =>
                    KrpcArguments.TryReadFlag(ref reader, out view.IsReadOnly),
                _ => reader.TrySkip(),
            };
            if (!read) return false;
        }

        if (view.Transaction.Length > KrpcLimits.MaxTransactionBytes) return false;
        if (!TryKind(kind, out view.Kind)) return false;
        view.Method = KrpcNames.MethodOf(method);
        message = view;
        return true;
    }

    private static bool TryReadError(
        scoped ref BencodeReader reader, scoped ref KrpcMessage message)
    {
        if (!reader.TryEnterList()) return reader.TrySkip();
        if (!reader.TryLeave())
        {
            if (!KrpcArguments.TryReadNumber(ref reader, ref message.ErrorCode)) return false;
            while (!reader.TryLeave())
            {
                if (!reader.TrySkip()) return false;
            }
        }

        return true;
    }

    private static bool TryKind(ReadOnlySpan<byte> text, out KrpcKind kind)
    {
        kind = text is [(byte)'q'] ? KrpcKind.Query
            : text is [(byte)'r'] ? KrpcKind.Reply : KrpcKind.Error;
        return text is [(byte)'q' or (byte)'r' or (byte)'e'];
    }
}
