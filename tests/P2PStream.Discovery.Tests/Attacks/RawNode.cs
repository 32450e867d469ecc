using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>One node and the datagrams that strangers exchange with it, as text of one byte a
/// letter.</summary>
internal sealed class RawNode(KademliaOptions? options = null, NodeId? id = null)
{
    /// <summary>How every query of a stranger begins.</summary>
    public const string Head = "d1:ad2:id20:abcdefghij0123456789";

    private readonly byte[] _buffer = new byte[KademliaNode.MaxDatagramBytes];

    public KademliaNode Node { get; } =
        new(options ?? new KademliaOptions(), id ?? new NodeId("self-self-self-self!"u8), 1);

    public TimeSpan Now { get; set; }

    public void Receive(string datagram, DhtEndPoint from) =>
        Node.Receive(Encoding.Latin1.GetBytes(datagram), from, Now);

    public List<(string Text, DhtEndPoint To)> Sent()
    {
        List<(string, DhtEndPoint)> sent = [];
        while (Node.TryTransmit(_buffer, out var length, out var to))
            sent.Add((Encoding.Latin1.GetString(_buffer, 0, length), to));
        return sent;
    }

    /// <summary>Asks, and gives the answer; empty without one.</summary>
    public string Ask(string query, DhtEndPoint from)
    {
        Receive(query, from);
        return Sent().Where(sent => !sent.Text.EndsWith("1:y1:qe", StringComparison.Ordinal))
            .Select(sent => sent.Text).FirstOrDefault("");
    }

    public static string Query(string method, string arguments) =>
        $"{Head}{arguments}e1:q{method.Length}:{method}1:t2:aa1:y1:qe";

    public static string GetPeers(string infoHash) =>
        Query("get_peers", "9:info_hash20:" + infoHash);

    public static string Announce(string infoHash, string token) => Query("announce_peer",
        $"9:info_hash20:{infoHash}4:porti80e5:token{token.Length}:{token}");

    public static string Token(string reply) =>
        reply.Substring(reply.IndexOf("5:token8:", StringComparison.Ordinal) + 9, 8);

    /// <summary>The transaction ID of a query of ours.</summary>
    public static string Transaction(string query) =>
        query.Substring(query.LastIndexOf("1:t4:", StringComparison.Ordinal) + 5, 4);
}
