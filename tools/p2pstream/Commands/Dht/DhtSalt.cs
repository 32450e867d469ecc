using System.CommandLine;
using System.Text;
using P2PStream.Discovery;

namespace P2PStream.Tool.Commands;

/// <summary><c>--salt</c>: what tells apart the items of one key (BEP 44).</summary>
internal sealed class DhtSalt
{
    public Option<string> Option { get; } = new("--salt")
    {
        Description = $"Tells apart the items of one key; at most {DhtItem.MaxSaltBytes} bytes.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    /// <summary>Empty without one.</summary>
    public byte[] Read(ParseResult result)
    {
        var salt = Encoding.UTF8.GetBytes(result.GetValue(Option)!);
        return salt.Length <= DhtItem.MaxSaltBytes
            ? salt
            : throw ToolException.BadInput(
                $"{Option.Name}: at most {DhtItem.MaxSaltBytes} bytes, and these are {salt.Length}");
    }
}
