using System.CommandLine;
using System.Globalization;
using System.Numerics;
using P2PStream.Discovery;
using P2PStream.Transport;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht stats</c>: what a node that joins gets to know.</summary>
internal static class DhtStatsCommand
{
    public static Command Create() => new DhtOptions().Command(
        "stats", "Joins a DHT and prints what it gets to know of it, a name and a figure a line.",
        [], _ => WriteAsync);

    private static async Task<int> WriteAsync(DhtNode node, CancellationToken cancellationToken)
    {
        var nearest = await node.FindNodeAsync(node.Id, cancellationToken);
        var counters = node.Counters;
        Write("id", node.Id);
        Write("nodes known", node.RoutingTableSize);
        Write("nodes in the network, estimated", Estimate(node.Id, nearest));
        Write("queries sent", Sum(counters.QueriesSent));
        Write("queries answered", Sum(counters.RepliesReceived));
        Write("queries not answered", counters.TimeOuts);
        Write("errors received", counters.ErrorsReceived);
        Write("bytes sent", counters.BytesSent);
        Write("bytes received", counters.BytesReceived);
        return ExitCode.Success;
    }

    private static void Write(string name, object figure) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {figure}"));

    private static long Sum(Func<KrpcMethod, long> count) =>
        Enum.GetValues<KrpcMethod>().Sum(count);

    /// <summary>IDs are spread evenly: if the k-th nearest is a share of the key space away, there are
    /// k nodes in each such share.</summary>
    private static BigInteger Estimate(NodeId id, IReadOnlyList<DhtContact> nearest)
    {
        if (nearest.Count == 0) return 0;
        var far = new BigInteger((nearest[^1].Id ^ id).ToArray(), isUnsigned: true, isBigEndian: true);
        var all = nearest.Count * (BigInteger.One << NodeId.Bits) / BigInteger.Max(far, 1);
        return BigInteger.Max(all, nearest.Count);
    }
}
