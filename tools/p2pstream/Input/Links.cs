using System.Net;
using P2PStream.Protocol;

namespace P2PStream.Tool.Input;

/// <summary>A <c>p2pstream:</c> link as a user gives it.</summary>
internal static class Links
{
    public static StreamLink Parse(string text) =>
        StreamLink.TryParse(text, out var link, out var error)
            ? link!
            : throw ToolException.BadInput("not a link: " + error);

    /// <summary>True when nobody the link names lives outside this machine.</summary>
    public static bool IsLocal(this StreamLink link) =>
        link.Peers.Concat(link.Bootstrap).All(address =>
        {
            var host = AddressArgument.Parse(address, "the link").Host;
            return host == "localhost"
                || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
        });
}
