namespace P2PStream.Http;

/// <summary>How <see cref="HttpOriginClient"/> fetches.</summary>
public sealed class HttpOriginOptions
{
    /// <summary>Hosts (<c>name</c> or <c>name:port</c>) that may be asked. Empty: any host the
    /// caller names, and redirects within that host only. A catalog's author chooses the origin's
    /// URI, so a node that runs inside a protected network should fill this in.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Time for a connection, TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time from a request to its answer's headers.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time that may pass without a byte while a body is read.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections to one host at once, at most.</summary>
    public int ConnectionsPerHost { get; init; } = 8;
}
