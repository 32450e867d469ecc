using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace P2PStream.Transport;

/// <summary>What may differ between hosts of a transport over TCP.</summary>
public class TcpOptions
{
    /// <summary>How long dialling or an accepted handshake may take, in all. 10 s, as others have
    /// it.</summary>
    public TimeSpan SetupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Handshakes of accepted connections under way at once; one more ends the oldest of
    /// the address that has most, so that diallers who stall cannot keep others out.</summary>
    public int MaxHandshakes { get; init; } = 64;

    /// <summary>Links whose handshake is complete and that wait to be accepted; one more is
    /// closed.</summary>
    public int MaxWaiting { get; init; } = 64;

    /// <summary>The clock behind time-outs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where refused handshakes are told.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
