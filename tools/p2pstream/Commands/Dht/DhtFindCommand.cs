using System.CommandLine;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht find ID</c>: the nodes nearest to a point of the key space.</summary>
internal static class DhtFindCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("ID") { Description = "40 hexadecimal digits." };
        return new DhtOptions().Command(
            "find", "Looks for the nodes nearest to an ID; prints ID and HOST:PORT a line, nearest first.",
            [target], result =>
            {
                var id = DhtKeys.ParseId(result.GetRequiredValue(target), target.Name);
                return async (node, limit) =>
                {
                    var nearest = await node.FindNodeAsync(id, limit);
                    if (nearest.Count == 0) throw ToolException.Failed($"no node answers near {id}");
                    foreach (var found in nearest) Console.WriteLine($"{found.Id} {found.EndPoint}");
                    return ExitCode.Success;
                };
            });
    }
}
