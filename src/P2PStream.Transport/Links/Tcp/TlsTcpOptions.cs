using System.Security.Authentication;

namespace P2PStream.Transport;

/// <summary>What may differ between hosts of a <see cref="TlsTcpTransport"/>.</summary>
public sealed class TlsTcpOptions : TcpOptions
{
    /// <summary>Versions offered; tests narrow them.</summary>
    internal SslProtocols Protocols { get; init; } = SslProtocols.Tls13 | SslProtocols.Tls12;
}
