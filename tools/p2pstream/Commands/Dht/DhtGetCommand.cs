using System.CommandLine;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht get TARGET</c>: an item (BEP 44).</summary>
internal static class DhtGetCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("TARGET")
        {
            Description = "Where it is kept, 40 hexadecimal digits; or its publisher's public key, 64, or 43 letters as in a link.",
        };
        var salt = new DhtSalt();
        var bencoded = new Option<bool>("--bencoded")
        {
            Description = "Prints the value as it is kept. Without it the bytes of a string.",
        };
        return new DhtOptions().Command(
            "get", "Looks for an item and prints its value; of a mutable one the newest.",
            [target, salt.Option, bencoded], result =>
            {
                var salted = salt.Read(result);
                var place =
                    DhtKeys.ParseTarget(result.GetRequiredValue(target), salted, target.Name);
                return async (node, limit) =>
                {
                    if (await node.GetItemAsync(place, salted, limit) is not { } item)
                        throw ToolException.Failed($"nothing is kept at {place}");
                    if (item.IsMutable) Console.Error.WriteLine($"version {item.Sequence}");
                    var value = item.Value.Span;
                    await using var output = Console.OpenStandardOutput();
                    output.Write(result.GetValue(bencoded) ? value : DhtValue.Plain(value));
                    return ExitCode.Success;
                };
            });
    }
}
