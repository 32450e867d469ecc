namespace P2PStream.Protocol.Tests;

/// <summary>Two sessions and the bytes between them, in virtual time.</summary>
internal sealed class Pair : IDisposable
{
    private static readonly StreamId Stream =
        new(new Hash256([.. Enumerable.Range(0, Hash256.Size).Select(i => (byte)i)]));

    private readonly int _piece;
    private readonly Dictionary<(SessionEnd End, uint Id), BlockId> _requested = [];

    /// <param name="piece">Bytes the link delivers at once; 0 all.</param>
    /// <param name="initiator">Other options for the initiator.</param>
    /// <param name="acceptor">Other options for the acceptor.</param>
    public Pair(int piece = 0, SessionOptions? initiator = null, SessionOptions? acceptor = null)
    {
        _piece = piece;
        A = new SessionEnd(true, initiator);
        B = new SessionEnd(false, acceptor);
    }

    /// <summary>The initiator.</summary>
    public SessionEnd A { get; }

    /// <summary>The acceptor.</summary>
    public SessionEnd B { get; }

    public TimeSpan Now { get; set; }

    public BlockPool Pool { get; } = new(8192);

    public static StreamId StreamId => Stream;

    public static BlockId Block(int index, ulong sequence = 7) =>
        new(new SegmentId(3, 2, sequence), 0, (ushort)index);

    /// <summary>Carries bytes both ways until neither end has more.</summary>
    public void Run()
    {
        for (var rounds = 0; rounds < 1000; rounds++)
        {
            var moved = Carry(A, B) | Carry(B, A);
            if (!moved) return;
        }

        Assert.Fail("The two ends never stop talking.");
    }

    /// <summary>Jumps to the next wake-up of either end, and runs.</summary>
    public void RunToNextWakeUp()
    {
        var wakeUps = new[] { A.Session.NextWakeUp, B.Session.NextWakeUp };
        Now = wakeUps.Where(at => at is not null).Min() ?? Now;
        A.Session.Tick(Now);
        B.Session.Tick(Now);
        Run();
    }

    /// <summary>Opens channel 1 from A to B and has it accepted.</summary>
    public ushort OpenChannel(StreamId? stream = null)
    {
        var channel = A.Session.NextChannel();
        Do(A, new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel, Channel = channel, Stream = stream ?? Stream,
        });
        Run();
        Do(B, new SessionCommand { Kind = SessionCommandKind.AcceptChannel, Channel = channel });
        Run();
        Assert.Equal(channel, A.Events.Last(e => e.Kind == SessionEventKind.ChannelAccepted).Channel);
        return channel;
    }

    public void Do(SessionEnd end, in SessionCommand command) => end.Session.Do(command, Now);

    public Lease Rent(int length = ContentLimits.BlockBytes)
    {
        Assert.True(Pool.TryRent(length, out var lease));
        return lease!;
    }

    public void Request(
        SessionEnd end, ushort channel, uint id, BlockId block,
        int length = ContentLimits.BlockBytes, int deadlineMs = 1000, bool subscribe = false)
    {
        _requested[(end, id)] = block;
        Do(end, new SessionCommand
        {
            Kind = subscribe ? SessionCommandKind.Subscribe : SessionCommandKind.Request,
            Channel = channel,
            Request = id,
            Block = block,
            Lease = Rent(length),
            Deadline = TimeSpan.FromMilliseconds(deadlineMs),
        });
    }

    /// <summary>Serves what the other end requested under <paramref name="id"/>.</summary>
    public byte[] Serve(
        SessionEnd end, ushort channel, uint id, int length = ContentLimits.BlockBytes)
    {
        var block = _requested[(end == A ? B : A, id)];
        var index = end.Events.FindLastIndex(e =>
            e.Kind == SessionEventKind.Requested && e.Channel == channel && e.Block == block);
        return ServeNumber(end, channel, end.Events[index].Request, block, length);
    }

    /// <summary>Serves a request under the session's own number.</summary>
    public byte[] ServeNumber(
        SessionEnd end, ushort channel, uint number, in BlockId block, int length)
    {
        var lease = Rent(length);
        Fill(block, lease.Memory.Span);
        var bytes = lease.Memory.ToArray();
        Do(end, new SessionCommand
        {
            Kind = SessionCommandKind.Serve, Channel = channel, Request = number, Lease = lease,
        });
        return bytes;
    }

    /// <summary>A block's bytes follow from its name.</summary>
    public static void Fill(in BlockId block, Span<byte> bytes) =>
        new Random(block.Index + (int)block.Segment.Sequence * 4096).NextBytes(bytes);

    public void Cancel(SessionEnd end, ushort channel, uint id, bool isWelcome = false) =>
        Do(end, new SessionCommand
        {
            Kind = SessionCommandKind.Cancel,
            Channel = channel,
            Request = id,
            Value = isWelcome ? 1u : 0u,
        });

    /// <summary>Ends both sessions, gives back what arrived, and checks that nothing leaked.</summary>
    public void Dispose()
    {
        foreach (var end in new[] { A, B })
        {
            end.LinkLost(Now);
            foreach (var e in end.Events) e.Lease?.Release();
            Assert.Equal(1, end.Count(SessionEventKind.Ended));
            Assert.Equal(SessionEventKind.Ended, end.Events[^1].Kind);
        }

        Assert.Equal(0, Pool.Rented);
    }

    private bool Carry(SessionEnd from, SessionEnd to)
    {
        var bytes = from.Transmit(Now);
        var piece = _piece == 0 ? Math.Max(1, bytes.Length) : _piece;
        for (var i = 0; i < bytes.Length; i += piece)
            to.Feed(bytes.AsSpan(i, Math.Min(piece, bytes.Length - i)), Now);
        return bytes.Length > 0;
    }
}
