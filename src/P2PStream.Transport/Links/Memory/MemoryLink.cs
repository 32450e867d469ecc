using System.IO.Pipelines;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>One end of a link over two pipes. Uses the copying defaults of
/// <see cref="ILink"/>.</summary>
internal sealed class MemoryLink : ILink
{
    /// <summary>Bytes a direction holds before its writer waits: what a TCP socket holds
    /// unsent.</summary>
    private const int PauseBytes = 64 * 1024;

    /// <summary>Two blocks to a segment, so that a frame seldom spans two.</summary>
    private const int SegmentBytes = 32 * 1024;

    private readonly Pipe _incoming;
    private readonly Pipe _outgoing;
    private int _ended;

    private MemoryLink(Pipe incoming, Pipe outgoing, LinkInfo info)
    {
        _incoming = incoming;
        _outgoing = outgoing;
        Info = info;
    }

    public LinkInfo Info { get; }

    public PipeReader Input => _incoming.Reader;

    public PipeWriter Output => _outgoing.Writer;

    public static (MemoryLink Dialled, MemoryLink Accepted) Pair(
        PeerId initiator, PeerId acceptor, TransportAddress address)
    {
        var options = new PipeOptions(
            UnpooledMemory.Instance,
            pauseWriterThreshold: PauseBytes, resumeWriterThreshold: PauseBytes / 2,
            minimumSegmentSize: SegmentBytes, useSynchronizationContext: false);
        var there = new Pipe(options);
        var back = new Pipe(options);
        var dialler = new TransportAddress(
            MemoryTransport.AddressTag, $"dialler of {address.Value}");
        return (
            new MemoryLink(back, there, new LinkInfo(
                acceptor, address, PathClass.SameHost, IsInitiator: true, TimeSpan.Zero)),
            new MemoryLink(there, back, new LinkInfo(
                initiator, dialler, PathClass.SameHost, IsInitiator: false, TimeSpan.Zero)));
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return ValueTask.CompletedTask;

        // A call that is under way at this end is woken; the other end sees the end of what was
        // flushed.
        Input.CancelPendingRead();
        Output.CancelPendingFlush();
        Output.Complete();
        Input.Complete();
        return ValueTask.CompletedTask;
    }
}
