using System.Buffers.Binary;

namespace P2PStream.Discovery;

/// <summary>Writes whole KRPC messages. Each method returns the length, or 0 when it does not
/// fit.</summary>
internal static class KrpcWriter
{
    // Key "v" (BEP 5): two letters of the client, two bytes of its version.
    private static ReadOnlySpan<byte> Version => "PS\0\u0001"u8;

    public static int WriteQuery(Span<byte> buffer, in KrpcQuery query)
    {
        var writer = new BencodeWriter(buffer);
        writer.StartDictionary();
        writer.Key("a"u8);
        writer.StartDictionary();
        if (query.Cas is { } cas) WriteNumber(ref writer, "cas"u8, cas);
        WriteId(ref writer, "id"u8, query.Self);
        switch (query.Method)
        {
            case KrpcMethod.GetPeers:
                WriteId(ref writer, "info_hash"u8, query.Target);
                if (query.IsScrape) WriteNumber(ref writer, "scrape"u8, 1);
                break;
            case KrpcMethod.AnnouncePeer:
                WriteAnnounce(ref writer, query);
                break;
            case KrpcMethod.Put:
                WritePut(ref writer, query);
                break;
            case KrpcMethod.FindNode or KrpcMethod.Get or KrpcMethod.SampleInfoHashes:
                WriteId(ref writer, "target"u8, query.Target);
                break;
        }

        if (query.Want != KrpcWant.None) WriteWant(ref writer, query.Want);
        writer.End();
        WriteText(ref writer, "q"u8, KrpcNames.NameOf(query.Method));
        if (query.IsReadOnly) WriteNumber(ref writer, "ro"u8, 1);
        Span<byte> transaction = stackalloc byte[KrpcLimits.TransactionBytes];
        BinaryPrimitives.WriteUInt32BigEndian(transaction, query.Transaction);
        return Finish(ref writer, transaction, "q"u8);
    }

    public static int WriteReply(Span<byte> buffer, in KrpcReply reply)
    {
        var writer = new BencodeWriter(buffer);
        var (nodes, nodes6) = FittingNodes(reply);
        writer.StartDictionary();
        writer.Key("ip"u8);
        reply.To.WriteCompact(writer.Reserve(reply.To.CompactSize));
        writer.Key("r"u8);
        writer.StartDictionary();
        WriteUnlessEmpty(ref writer, "BFpe"u8, reply.PeerFilter);
        WriteUnlessEmpty(ref writer, "BFsd"u8, reply.SeedFilter);
        WriteId(ref writer, "id"u8, reply.Self);
        if (reply.HasSamples) WriteNumber(ref writer, "interval"u8, reply.Interval);
        WriteUnlessEmpty(ref writer, "k"u8, reply.PublicKey);
        if ((reply.Has & KrpcWant.IPv4) != 0)
            WriteNodes(ref writer, "nodes"u8, reply.Nodes[..nodes], CompactNode.Size4);
        if ((reply.Has & KrpcWant.IPv6) != 0)
            WriteNodes(ref writer, "nodes6"u8, reply.Nodes6[..nodes6], CompactNode.Size6);
        if (reply.HasSamples) WriteSamples(ref writer, reply);
        if (reply.Sequence is { } sequence) WriteNumber(ref writer, "seq"u8, sequence);
        WriteUnlessEmpty(ref writer, "sig"u8, reply.Signature);
        WriteUnlessEmpty(ref writer, "token"u8, reply.Token);
        if (!reply.Value.IsEmpty)
        {
            writer.Key("v"u8);
            writer.Raw(reply.Value);
        }

        WriteValues(ref writer, reply.Values, reply.Transaction.Length);
        writer.End();
        return Finish(ref writer, reply.Transaction, "r"u8);
    }

    public static int WriteError(Span<byte> buffer, ReadOnlySpan<byte> transaction, KrpcError error,
        ReadOnlySpan<byte> text)
    {
        var writer = new BencodeWriter(buffer);
        writer.StartDictionary();
        writer.Key("e"u8);
        writer.StartList();
        writer.Integer((long)error);
        writer.String(text);
        writer.End();
        return Finish(ref writer, transaction, "e"u8);
    }

    /// <summary>How many nodes fit beside the rest, IPv4 first.</summary>
    private static (int Nodes, int Nodes6) FittingNodes(in KrpcReply reply)
    {
        // Keys and lengths, "ip", "id" and "seq" at their longest, and the tail; then those that
        // only scrapes and samples have. What they hold is counted below.
        var frame = reply.HasSamples || reply.SeedFilter.Length > 0 ? 256 : 184;
        var free = KrpcLimits.MaxSentBytes - frame - reply.Transaction.Length - reply.Token.Length
            - reply.SeedFilter.Length - reply.PeerFilter.Length - reply.Value.Length
            - reply.PublicKey.Length - reply.Signature.Length
            - (reply.Samples.Length * InfoHash.Size);
        var nodes = Math.Clamp(free / CompactNode.Size4, 0, reply.Nodes.Length);
        free -= nodes * CompactNode.Size4;
        return (nodes, Math.Clamp(free / CompactNode.Size6, 0, reply.Nodes6.Length));
    }

    private static void WriteAnnounce(scoped ref BencodeWriter writer, in KrpcQuery query)
    {
        WriteNumber(ref writer, "implied_port"u8, query.Port == 0 ? 1 : 0);
        WriteId(ref writer, "info_hash"u8, query.Target);
        WriteNumber(ref writer, "port"u8, query.Port);
        if (query.IsSeed) WriteNumber(ref writer, "seed"u8, 1);
        WriteText(ref writer, "token"u8, query.Token);
    }

    private static void WritePut(scoped ref BencodeWriter writer, in KrpcQuery query)
    {
        var item = query.Item ?? throw new InvalidOperationException("Nothing to put.");
        if (item.IsMutable)
        {
            WriteText(ref writer, "k"u8, item.PublicKey.Span);
            WriteUnlessEmpty(ref writer, "salt"u8, item.Salt.Span);
            WriteNumber(ref writer, "seq"u8, item.Sequence);
            WriteText(ref writer, "sig"u8, item.Signature.Span);
        }

        WriteText(ref writer, "token"u8, query.Token);
        writer.Key("v"u8);
        writer.Raw(item.Value.Span);
    }

    private static void WriteWant(scoped ref BencodeWriter writer, KrpcWant want)
    {
        writer.Key("want"u8);
        writer.StartList();
        if ((want & KrpcWant.IPv4) != 0) writer.String("n4"u8);
        if ((want & KrpcWant.IPv6) != 0) writer.String("n6"u8);
        writer.End();
    }

    private static void WriteNodes(scoped ref BencodeWriter writer, ReadOnlySpan<byte> key,
        ReadOnlySpan<CompactNode> nodes, int size)
    {
        writer.Key(key);
        var room = writer.Reserve(size * nodes.Length);
        foreach (var node in nodes)
        {
            node.Id.CopyTo(room);
            node.EndPoint.WriteCompact(room[NodeId.Size..]);
            room = room[size..];
        }
    }

    private static void WriteSamples(scoped ref BencodeWriter writer, in KrpcReply reply)
    {
        WriteNumber(ref writer, "num"u8, reply.InfoHashCount);
        writer.Key("samples"u8);
        var room = writer.Reserve(reply.Samples.Length * InfoHash.Size);
        foreach (var sample in reply.Samples)
        {
            sample.Key.CopyTo(room);
            room = room[InfoHash.Size..];
        }
    }

    private static void WriteValues(scoped ref BencodeWriter writer,
        ReadOnlySpan<DhtEndPoint> values, int transactionLength)
    {
        // What follows: "e" twice, "1:t", its length and bytes, "1:v4:PS..", "1:y1:r", "e".
        const int Tail = 32;
        const int Unused = KrpcLimits.MaxSentBytes - KrpcLimits.UsualBytes;
        if (values.IsEmpty) return;
        writer.Key("values"u8);
        writer.StartList();
        foreach (var value in values)
        {
            var needed = value.CompactSize + 3 + Tail + transactionLength + Unused;
            if (writer.Free < needed) break;
            value.WriteCompact(writer.Reserve(value.CompactSize));
        }

        writer.End();
    }

    private static void WriteId(
        scoped ref BencodeWriter writer, ReadOnlySpan<byte> key, NodeId id)
    {
        writer.Key(key);
        id.CopyTo(writer.Reserve(NodeId.Size));
    }

    private static void WriteNumber(
        scoped ref BencodeWriter writer, ReadOnlySpan<byte> key, long number)
    {
        writer.Key(key);
        writer.Integer(number);
    }

    private static void WriteText(scoped ref BencodeWriter writer,
        scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> text)
    {
        writer.Key(key);
        writer.String(text);
    }

    private static void WriteUnlessEmpty(scoped ref BencodeWriter writer,
        scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty) WriteText(ref writer, key, text);
    }

    private static int Finish(scoped ref BencodeWriter writer,
        scoped ReadOnlySpan<byte> transaction, ReadOnlySpan<byte> kind)
    {
        WriteText(ref writer, "t"u8, transaction);
        WriteText(ref writer, "v"u8, Version);
        WriteText(ref writer, "y"u8, kind);
        writer.End();
        return writer.Overflowed ? 0 : writer.Position;
    }
}
