namespace P2PStream.Protocol.Tests;

/// <summary>A gate holds back blocks, stream by stream, and nothing else.</summary>
public sealed class GateTests
{
    private static readonly StreamId Other =
        new(new Hash256(Enumerable.Repeat((byte)9, Hash256.Size).ToArray()));

    [Fact]
    public void Blocks_wait_and_control_frames_do_not()
    {
        using var pair = new Pair();
        var gate = new Gate { Allowance = 0 };
        pair.B.Gate = gate;
        var channel = pair.OpenChannel();
        for (var i = 0; i < 3; i++) pair.Request(pair.A, channel, (uint)i, Pair.Block(i));
        pair.Run();
        for (var i = 0; i < 3; i++) pair.Serve(pair.B, channel, (uint)i);
        pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.HaveSegments, Channel = channel, Block = Pair.Block(0), Count = 1,
        });
        pair.Run();
        Assert.Equal(0, pair.A.Count(SessionEventKind.BlockArrived));
        Assert.Equal(1, pair.A.Count(SessionEventKind.HaveSegments));
        Assert.Equal(3 * FairLimiter.Quantum, gate.LastWanted);

        gate.Allowance = 2;
        pair.Run();
        Assert.Equal(2, pair.A.Count(SessionEventKind.BlockArrived));
        gate.Allowance = 1;
        pair.Run();
        Assert.Equal(3, pair.A.Count(SessionEventKind.BlockArrived));
    }

    [Fact]
    public void A_stream_that_is_held_back_does_not_hold_back_another()
    {
        using var pair = new Pair();
        pair.B.Gate = new Gate { Allowance = 100, Refused = Pair.StreamId };
        var held = pair.OpenChannel();
        var free = pair.OpenChannel(Other);
        pair.Request(pair.A, held, 1, Pair.Block(1), deadlineMs: 10);
        pair.Request(pair.A, free, 2, Pair.Block(2), deadlineMs: 900);
        pair.Request(pair.A, free, 3, Pair.Block(3), deadlineMs: 800);
        pair.Run();
        pair.Serve(pair.B, held, 1);
        pair.Serve(pair.B, free, 2);
        pair.Serve(pair.B, free, 3);
        pair.Run();
        Assert.Equal([3u, 2u], pair.A.Events
            .Where(e => e.Kind == SessionEventKind.BlockArrived).Select(e => e.Request));
    }

    [Fact]
    public void Channels_are_served_earliest_deadline_first()
    {
        using var pair = new Pair();
        var gate = new Gate { Allowance = 0 };
        pair.B.Gate = gate;
        var one = pair.OpenChannel();
        var other = pair.OpenChannel(Other);
        int[] due = [50, 30, 40, 20, 60, 10];
        for (var i = 0; i < due.Length; i++)
            pair.Request(pair.A, i % 2 == 0 ? one : other, (uint)i, Pair.Block(i), deadlineMs: due[i]);
        pair.Run();
        for (var i = 0; i < due.Length; i++) pair.Serve(pair.B, i % 2 == 0 ? one : other, (uint)i);
        for (var i = 0; i < due.Length; i++)
        {
            gate.Allowance = 1;
            pair.Run();
        }

        Assert.Equal([5u, 3u, 1u, 2u, 0u, 4u], pair.A.Events
            .Where(e => e.Kind == SessionEventKind.BlockArrived).Select(e => e.Request));
    }

    [Fact]
    public void A_block_that_waits_can_be_cancelled_or_expire_or_lose_its_channel()
    {
        using var pair = new Pair();
        var gate = new Gate { Allowance = 0 };
        pair.B.Gate = gate;
        var channel = pair.OpenChannel();
        var closed = pair.OpenChannel(Other);
        pair.Request(pair.A, channel, 1, Pair.Block(1));
        pair.Request(pair.A, channel, 2, Pair.Block(2), deadlineMs: 1);
        pair.Request(pair.A, channel, 3, Pair.Block(3), deadlineMs: 60_000);
        pair.Request(pair.A, closed, 4, Pair.Block(4));
        pair.Run();
        for (var i = 1u; i < 5; i++) pair.Serve(pair.B, i < 4 ? channel : closed, i);
        pair.Run();
        pair.Cancel(pair.A, channel, 1);
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.CloseChannel, Channel = closed,
        });
        pair.Run();
        pair.Now += SessionLimits.ServeLate + TimeSpan.FromSeconds(1);
        pair.Run();
        var rejected = pair.A.Single(SessionEventKind.Rejected);
        Assert.Equal((2u, RejectReason.Expired), (rejected.Request, (RejectReason)rejected.Value));
        gate.Allowance = 10;
        pair.Run();
        Assert.Equal(3u, pair.A.Single(SessionEventKind.BlockArrived).Request);
        Assert.Equal(9, gate.Allowance);
    }

    private sealed class Gate : IServeGate
    {
        /// <summary>Blocks that may pass.</summary>
        public int Allowance { get; set; }

        public StreamId? Refused { get; init; }

        public int LastWanted { get; private set; }

        public bool TryPass(
            StreamId stream, int bytes, int wanted, TimeSpan deadline, TimeSpan now)
        {
            LastWanted = wanted;
            if (stream == Refused || Allowance == 0) return false;
            Allowance--;
            return true;
        }
    }
}
