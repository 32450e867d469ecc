using System.Buffers;

namespace P2PStream.Protocol.Tests;

/// <summary>A block's way through two sessions allocates nothing once their tables have grown.</summary>
public sealed class AllocationTests
{
    private const int Blocks = 64;
    private const int BlockLength = 32;

    private readonly BlockPool _pool = new(4 * Blocks);
    private readonly TransmitBatch _batch = new();
    private readonly byte[] _wire = new byte[64 * 1024];
    private readonly PeerSession _asks = new(SessionEnd.Options(isInitiator: true));
    private readonly PeerSession _serves = new(SessionEnd.Options(isInitiator: false));
    private byte[] _scratch = [];
    private uint _request;

    [Fact]
    public void A_round_of_blocks_allocates_nothing()
    {
        Do(_asks, SessionCommandKind.OpenChannel);
        Move(_asks, _serves);
        Do(_serves, SessionCommandKind.AcceptChannel);
        for (var i = 0; i < 5; i++) Assert.Equal(Blocks / 2, Round());

        var (rounds, arrived) = (0, 0);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 20; i++, rounds++) arrived += Round();
        }));
        Assert.Equal(rounds * Blocks / 2, arrived);
        Assert.Equal(0, _pool.Rented);
    }

    /// <summary>Requests blocks, tells of some, cancels every other one, serves the rest.</summary>
    private int Round()
    {
        var first = _request;
        for (ushort i = 0; i < Blocks; i++)
        {
            _pool.TryRent(BlockLength, out var lease);
            Do(_asks, SessionCommandKind.Request, _request++, lease, i);
            Do(_asks, SessionCommandKind.HaveBlocks, 0, null, i);
        }

        Move(_asks, _serves);
        for (var i = 0u; i < Blocks; i += 2) Do(_asks, SessionCommandKind.Cancel, first + i);
        Move(_asks, _serves);
        while (_serves.TryTake(out var e))
        {
            if (e.Kind != SessionEventKind.Requested) continue;
            _pool.TryRent(BlockLength, out var lease);
            Do(_serves, SessionCommandKind.Serve, e.Request, lease);
        }

        Move(_serves, _asks);
        while (_asks.TryTakeWork(out var work))
            _asks.Complete(new Completion(work.Token, default), TimeSpan.Zero);
        var arrived = 0;
        while (_asks.TryTake(out var e))
        {
            e.Lease?.Release();
            if (e.Kind == SessionEventKind.BlockArrived) arrived++;
        }

        return arrived;
    }

    private static void Do(
        PeerSession session, SessionCommandKind kind, uint request = 0, Lease? lease = null,
        ushort index = 0) =>
        session.Do(new SessionCommand
        {
            Kind = kind,
            Channel = 1,
            Request = request,
            Lease = lease,
            Count = 1,
            Block = new BlockId(new SegmentId(1, 2, 3), 0, index),
            Deadline = TimeSpan.FromSeconds(1),
        }, TimeSpan.Zero);

    private void Move(PeerSession from, PeerSession to)
    {
        while (from.TryTransmit(TimeSpan.Zero, _batch))
        {
            var length = 0;
            for (var i = 0; i < _batch.SegmentCount; i++)
            {
                var segment = _batch.GetSegment(i).Span;
                segment.CopyTo(_wire.AsSpan(length));
                length += segment.Length;
            }

            _batch.Clear();
            from.Transmitted(TimeSpan.Zero);
            TakeIn(to, new ReadOnlySequence<byte>(_wire, 0, length));
        }
    }

    private void TakeIn(PeerSession to, ReadOnlySequence<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var afterHello = to.RemoteHello is not null;
            if (FrameReader.TryRead(buffer, afterHello, out var header, out var data)
                == FrameStatus.Control)
            {
                to.Receive(FrameReader.GetFrame(buffer, header, ref _scratch), TimeSpan.Zero);
            }
            else
            {
                Assert.True(to.TryPlace(data, TimeSpan.Zero, out var slot));
                buffer.Slice(FrameReader.DataPrefix, data.Length).CopyTo(slot!.Memory.Span);
                to.ReceiveData(data, TimeSpan.Zero);
            }

            buffer = buffer.Slice(header.TotalLength);
        }
    }
}
