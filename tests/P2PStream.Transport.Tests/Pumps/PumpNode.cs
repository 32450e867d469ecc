using System.Threading.Channels;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

/// <summary>One end of a link with a pump: accepts every channel, serves every block, checks every
/// arrival.</summary>
internal sealed class PumpNode : ISessionObserver, IAsyncDisposable
{
    public static readonly StreamId Stream = new(
        new Hash256(Enumerable.Repeat((byte)7, Hash256.Size).ToArray()));

    private readonly Channel<SessionEvent> _told = Channel.CreateUnbounded<SessionEvent>();

    public PumpNode(ILink link, TimeProvider? time = null, LinkLimits? limits = null)
    {
        time ??= TimeProvider.System;
        var session = new PeerSession(new SessionOptions
        {
            IsInitiator = link.Info.IsInitiator,
            Nonce = link.Info.IsInitiator ? 1u : 2u,
            Started = LinkPump.Now(time),
        });
        Pump = new LinkPump(link, session, time, this, limits);
    }

    public LinkPump Pump { get; }

    /// <summary>Room for every block that a test has under way at once.</summary>
    public BlockPool Pool { get; } = new(512);

    /// <summary>Runs before an event is taken; a test's way to be slow or broken.</summary>
    public Func<SessionEvent, CancellationToken, ValueTask>? Before { get; set; }

    public bool Serves { get; set; } = true;

    public int Arrived { get; private set; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public void Start(CancellationToken cancellationToken) =>
        Running = Pump.RunAsync(cancellationToken);

    /// <summary>Waits for an event of a kind and skips the others.</summary>
    public async Task<SessionEvent> WaitAsync(SessionEventKind kind)
    {
        await foreach (var told in _told.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (told.Kind == kind) return told;
        }

        throw new InvalidOperationException($"The pump ended without {kind}.");
    }

    public async Task<ushort> OpenAsync()
    {
        var channel = Pump.NextChannel();
        Pump.Post(new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel, Channel = channel, Stream = Stream,
        });
        await WaitAsync(SessionEventKind.ChannelAccepted);
        return channel;
    }

    public void Request(ushort channel, uint number, int length = ContentLimits.BlockBytes)
    {
        Assert.True(Pool.TryRent(length, out var lease));
        Pump.Post(new SessionCommand
        {
            Kind = SessionCommandKind.Request, Channel = channel, Request = number, Lease = lease,
            Block = Block(number), Deadline = TimeSpan.FromSeconds(60), Count = (uint)length,
        });
    }

    public async ValueTask OnEventAsync(
        SessionEvent sessionEvent, CancellationToken cancellationToken)
    {
        if (Before is { } before) await before(sessionEvent, cancellationToken);
        switch (sessionEvent.Kind)
        {
            case SessionEventKind.ChannelOpening:
                Pump.Post(new SessionCommand
                {
                    Kind = SessionCommandKind.AcceptChannel, Channel = sessionEvent.Channel,
                });
                break;
            case SessionEventKind.Requested when Serves:
                Serve(sessionEvent);
                break;
            case SessionEventKind.BlockArrived:
                Check(sessionEvent);
                break;
        }

        _told.Writer.TryWrite(sessionEvent);
        if (sessionEvent.Kind == SessionEventKind.Ended) _told.Writer.Complete();
    }

    public ValueTask DisposeAsync() => Pump.DisposeAsync();

    public static byte[] Bytes(BlockId block, int length)
    {
        var bytes = new byte[length];
        new Random((int)block.Segment.Sequence * 4096 + block.Index).NextBytes(bytes);
        return bytes;
    }

    public static BlockId Block(uint number) =>
        new(new SegmentId(1, 0, number / 64), 0, (ushort)(number % 64));

    private void Serve(SessionEvent requested)
    {
        Assert.True(Pool.TryRent(ContentLimits.BlockBytes, out var lease));
        Bytes(requested.Block, ContentLimits.BlockBytes).CopyTo(lease!.Memory);
        Pump.Post(new SessionCommand
        {
            Kind = SessionCommandKind.Serve, Channel = requested.Channel,
            Request = requested.Request, Block = requested.Block, Lease = lease,
        });
    }

    private void Check(SessionEvent arrived)
    {
        var expected = Bytes(arrived.Block, arrived.Lease!.Length);
        Assert.True(expected.AsSpan().SequenceEqual(arrived.Lease.Memory.Span));
        Assert.Equal(ContentTree.HashLeaf(expected), arrived.Digest);
        arrived.Lease.Release();
        Arrived++;
    }
}
