using System.Buffers;
using BenchmarkDotNet.Attributes;
using P2PStream.Protocol;

namespace P2PStream.Benchmarks;

/// <summary>Two sessions, no link: what a block costs in bookkeeping, from request to arrival. Hashes
/// and copies of payloads are left out; nothing may be allocated.</summary>
[MemoryDiagnoser]
public class SessionBenchmarks
{
    private const int Blocks = 64;
    private const int BlockLength = 64;

    private readonly BlockPool _pool = new(4 * Blocks);
    private readonly TransmitBatch _batch = new();
    private readonly byte[] _wire = new byte[1 << 20];
    private PeerSession _asks = null!;
    private PeerSession _serves = null!;
    private byte[] _scratch = [];
    private ushort _channel;
    private uint _request;

    [GlobalSetup]
    public void Setup()
    {
        _asks = new PeerSession(new SessionOptions
        {
            IsInitiator = true, Nonce = 1, Started = TimeSpan.Zero,
        });
        _serves = new PeerSession(new SessionOptions
        {
            IsInitiator = false, Nonce = 2, Started = TimeSpan.Zero,
        });
        _channel = _asks.NextChannel();
        Do(_asks, SessionCommandKind.OpenChannel);
        Move(_asks, _serves);
        Do(_serves, SessionCommandKind.AcceptChannel);
        for (var i = 0; i < 3; i++)
        {
            Move(_serves, _asks);
            Move(_asks, _serves);
        }

        while (_asks.TryTake(out _) | _serves.TryTake(out _))
        {
        }
    }

    [Benchmark(OperationsPerInvoke = Blocks)]
    public int RequestServeArrive()
    {
        for (ushort i = 0; i < Blocks; i++)
        {
            _pool.TryRent(BlockLength, out var lease);
            Do(_asks, SessionCommandKind.Request, _request++, lease, i);
        }

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
            if (e.Kind != SessionEventKind.BlockArrived) continue;
            e.Lease!.Release();
            arrived++;
        }

        if (arrived != Blocks) throw new InvalidOperationException($"{arrived} of {Blocks} arrived.");
        return arrived;
    }

    private void Do(
        PeerSession session, SessionCommandKind kind, uint request = 0, Lease? lease = null,
        ushort index = 0) =>
        session.Do(new SessionCommand
        {
            Kind = kind,
            Channel = _channel,
            Request = request,
            Lease = lease,
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
                if (!to.TryPlace(data, TimeSpan.Zero, out var slot))
                    throw new InvalidOperationException($"{to.Violation}");
                buffer.Slice(FrameReader.DataPrefix, data.Length).CopyTo(slot!.Memory.Span);
                to.ReceiveData(data, TimeSpan.Zero);
            }

            buffer = buffer.Slice(header.TotalLength);
        }
    }
}
