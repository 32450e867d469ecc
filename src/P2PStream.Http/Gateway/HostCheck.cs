using System.Net;

namespace P2PStream.Http;

/// <summary>
/// Refuses Host headers with foreign names: a web site can make its own name resolve to this
/// machine (DNS rebinding) and would then count as the same origin as the gateway. An address
/// cannot be rebound.
/// </summary>
internal static class HostCheck
{
    /// <summary>True for addresses, <c>localhost</c> and the names allowed.</summary>
    public static bool Allows(string host, IReadOnlyList<string> names) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _)
        || string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || names.Contains(host, StringComparer.OrdinalIgnoreCase);
}
