using System.CommandLine;
using System.Globalization;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht ping HOST:PORT</c>: is a DHT node there?</summary>
internal static class DhtPingCommand
{
    public static Command Create()
    {
        var options = new DhtOptions();
        var address = new Argument<string>("HOST:PORT") { Description = "Where to ask." };
        var command = new Command(
            "ping", "Asks one node whether it is there; prints its ID and the round trip.")
        {
            address,
        };
        options.AddTo(command, joins: false);
        command.SetGuardedAction(async (result, cancellationToken) =>
        {
            var text = result.GetRequiredValue(address);
            var place = await DhtOptions.ParseAsync(text, address.Name, cancellationToken);
            return await options.RunAsync(result, [place], async (node, limit) =>
            {
                var start = TimeProvider.System.GetTimestamp();
                if (await node.PingAsync(place, limit) is not { } id)
                    throw ToolException.Failed($"no DHT node answers at {place}");
                var took = TimeProvider.System.GetElapsedTime(start);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{id} {took.TotalMilliseconds:0.0} ms"));
                return ExitCode.Success;
            }, cancellationToken);
        });
        return command;
    }
}
