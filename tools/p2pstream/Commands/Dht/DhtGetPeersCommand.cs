using System.CommandLine;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht get_peers HASH</c>: who has announced himself.</summary>
internal static class DhtGetPeersCommand
{
    public static Command Create()
    {
        var hash = new Argument<string>("HASH")
        {
            Description = "An info-hash of 40 hexadecimal digits, or a stream's link.",
        };
        return new DhtOptions().Command(
            "get_peers", "Looks for peers; prints HOST:PORT a line, as they are found.",
            [hash], result =>
            {
                var key = DhtKeys.ParseInfoHash(result.GetRequiredValue(hash), hash.Name);
                return async (node, limit) =>
                {
                    var isFound = false;
                    await foreach (var peer in node.GetPeersAsync(key, limit))
                    {
                        isFound = true;
                        Console.WriteLine(peer);
                    }

                    return isFound
                        ? ExitCode.Success
                        : throw ToolException.Failed($"nobody is announced under {key}");
                };
            });
    }
}
