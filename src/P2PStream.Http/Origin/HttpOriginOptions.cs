namespace P2PStream.Http;

/// <summary>How <see cref="HttpOriginClient"/> fetches.</summary>
public sealed class HttpOriginOptions
{
    /// <summary>Hosts (<c>name</c> or <c>name:port</c>) that may be asked. A stream may then
    /// fetch from these, wherever they lie, and from no others. Empty: from the origins that its
    /// link
    /// names, and from its catalog's origin at public addresses; redirects stay on the
    /// server.</summary>
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
