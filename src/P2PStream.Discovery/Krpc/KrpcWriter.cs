using System.Buffers.Binary;

namespace P2PStream.Discovery;

/// <summary>Writes whole KRPC messages. Each method returns the length, or 0 when it does not
/// fit.</summary>
internal static class KrpcWriter
{
    // Key "v" (BEP 5): two letters of the client, two bytes of its version.
    private static ReadOnlySpan<byte> Version => "PS\0\u0001"u8;

    public static int WriteQuery(Span<byte> buffer, KrpcMethod method, uint transaction,
        NodeId self, NodeId target, ReadOnlySpan<byte> token = default, ushort port = 0)
    {
        var writer = new BencodeWriter(buffer);
        writer.StartDictionary();
        writer.Key("a"u8);
        writer.StartDictionary();
        writer.Key("id"u8);
        self.CopyTo(writer.Reserve(NodeId.Size));
        WriteArguments(ref writer, method, target, token, port);
        writer.End();
        writer.Key("q"u8);
        writer.String(NameOf(method));
        Span<byte> id = stackalloc byte[KrpcLimits.TransactionBytes];
        BinaryPrimitives.WriteUInt32BigEndian(id, transaction);
        return Finish(ref writer, id, "q"u8);
    }

    public static int WriteReply(Span<byte> buffer, in KrpcReply reply)
    {
        var writer = new BencodeWriter(buffer);
        writer.StartDictionary();
        writer.Key("ip"u8);
        reply.To.WriteCompact(writer.Reserve(reply.To.CompactSize));
        writer.Key("r"u8);
        writer.StartDictionary();
        writer.Key("id"u8);
        reply.Self.CopyTo(writer.Reserve(NodeId.Size));
        if (reply.HasNodes) WriteNodes(ref writer, reply.Nodes, reply.IsIPv6);
        if (reply.Token.Length > 0)
        {
            writer.Key("token"u8);
            writer.String(reply.Token);
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

    private static void WriteArguments(scoped ref BencodeWriter writer, KrpcMethod method,
        NodeId target, ReadOnlySpan<byte> token, ushort port)
    {
        switch (method)
        {
            case KrpcMethod.FindNode:
                writer.Key("target"u8);
                target.CopyTo(writer.Reserve(NodeId.Size));
                break;
            case KrpcMethod.GetPeers:
                writer.Key("info_hash"u8);
                target.CopyTo(writer.Reserve(NodeId.Size));
                break;
            case KrpcMethod.AnnouncePeer:
                writer.Key("implied_port"u8);
                writer.Integer(port == 0 ? 1 : 0);
                writer.Key("info_hash"u8);
                target.CopyTo(writer.Reserve(NodeId.Size));
                writer.Key("port"u8);
                writer.Integer(port);
                writer.Key("token"u8);
                writer.String(token);
                break;
        }
    }

    private static void WriteNodes(scoped ref BencodeWriter writer, ReadOnlySpan<CompactNode> nodes,
        bool isIPv6)
    {
        var size = isIPv6 ? CompactNode.Size6 : CompactNode.Size4;
        writer.Key(isIPv6 ? "nodes6"u8 : "nodes"u8);
        var room = writer.Reserve(size * nodes.Length);
        foreach (var node in nodes)
        {
            node.Id.CopyTo(room);
            node.EndPoint.WriteCompact(room[NodeId.Size..]);
            room = room[size..];
        }
    }

    private static void WriteValues(scoped ref BencodeWriter writer,
        ReadOnlySpan<DhtEndPoint> values, int transactionLength)
    {
        // What follows: "e" twice, "1:t", its length and bytes, "1:v4:PS..", "1:y1:r", "e".
        const int Tail = 32;
        if (values.IsEmpty) return;
        writer.Key("values"u8);
        writer.StartList();
        foreach (var value in values)
        {
            if (writer.Free < value.CompactSize + 3 + Tail + transactionLength) break;
            value.WriteCompact(writer.Reserve(value.CompactSize));
        }

        writer.End();
    }

    private static int Finish(scoped ref BencodeWriter writer,
        scoped ReadOnlySpan<byte> transaction, ReadOnlySpan<byte> kind)
    {
        writer.Key("t"u8);
        writer.String(transaction);
        writer.Key("v"u8);
        writer.String(Version);
        writer.Key("y"u8);
        writer.String(kind);
        writer.End();
        return writer.Overflowed ? 0 : writer.Position;
    }

    private static ReadOnlySpan<byte> NameOf(KrpcMethod method) => method switch
    {
        KrpcMethod.Ping => "ping"u8,
        KrpcMethod.FindNode => "find_node"u8,
        KrpcMethod.GetPeers => "get_peers"u8,
        KrpcMethod.AnnouncePeer => "announce_peer"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };
}
