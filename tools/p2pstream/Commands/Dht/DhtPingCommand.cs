using System.CommandLine;
using System.Globalization;
using System.Net;
using P2PStream.Transport;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht ping HOST:PORT</c>: is a DHT node there?</summary>
internal static class DhtPingCommand
{
    /// <summary>After this it is asked once more, for one datagram may be lost; then after twice as
    /// long, and so on.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(0.5);

    public static Command Create()
    {
        var options = new DhtOptions();
        var address = new Argument<string>("HOST:PORT") { Description = "Where to ask." };
        return options.Command(
            "ping", "Asks one node whether it is there; prints its ID and the round trip.",
            [address], (result, cancellationToken) => options.RunAsync(
                result, result.GetRequiredValue(address), address.Name, PingAsync, cancellationToken));
    }

    private static async Task<int> PingAsync(
        DhtNode node, IPEndPoint place, CancellationToken cancellationToken)
    {
        for (var patience = FirstPatience; ; patience *= 2)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(patience);
            var start = TimeProvider.System.GetTimestamp();
            try
            {
                if (await node.PingAsync(place, limit.Token) is not { } id) continue;
                var took = TimeProvider.System.GetElapsedTime(start);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{id} {took.TotalMilliseconds:0.0} ms"));
                return ExitCode.Success;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Once more.
            }
        }
    }
}
