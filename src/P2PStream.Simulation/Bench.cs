using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>What the nodes that one thread runs work with, as only one of them is run at a time.</summary>
internal sealed class Bench
{
    /// <summary>Where a control frame is joined; a flight is in one piece, so that nothing ever is.</summary>
    public byte[] Scratch = [];

    public FlightPool Flights { get; } = new();

    /// <summary>Every session writes into it, and it is empty again before the next one does.</summary>
    public TransmitBatch Batch { get; } = new();

    /// <summary>Where polluters' blocks come from.</summary>
    public BlockPool Lies { get; } = BlockPool.WithoutMemory(1 << 24);

    public DatagramLog Datagrams { get; } = new();
}
