using System.CommandLine;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht find ID</c>: the nodes nearest to a point of the key space.</summary>
internal static class DhtFindCommand
{
    public static Command Create()
    {
        var options = new DhtOptions();
        var target = new Argument<string>("ID") { Description = "40 hexadecimal digits." };
        var command = new Command(
            "find", "Looks for the nodes nearest to an ID; prints ID and HOST:PORT a line, nearest first.")
        {
            target,
        };
        options.AddTo(command);
        command.SetGuardedAction(async (result, cancellationToken) =>
        {
            var id = DhtKeys.ParseId(result.GetRequiredValue(target), target.Name);
            return await options.RunAsync(result, async (node, limit) =>
            {
                foreach (var found in await node.FindNodeAsync(id, limit))
                    Console.WriteLine($"{found.Id} {found.EndPoint}");
                return ExitCode.Success;
            }, cancellationToken);
        });
        return command;
    }
}
