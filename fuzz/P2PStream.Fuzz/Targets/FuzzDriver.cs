using System.Buffers;
using P2PStream.Protocol;

namespace P2PStream.Fuzz;

/// <summary>Drives a session as a pump does, a millisecond a piece.</summary>
internal sealed class FuzzDriver(PeerSession session, FuzzOwner owner)
{
    private readonly TransmitBatch _batch = new();
    private byte[] _received = [];
    private byte[] _scratch = [];
    private Lease? _slot;
    private DataHeader _data;
    private int _filled;
    private TimeSpan _now;

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        _now += TimeSpan.FromMilliseconds(1);
        _received = [.. _received, .. bytes];
        while (!session.HasEnded && TryTakeIn())
        {
        }

        while (session.TryTakeWork(out var work))
            session.Complete(new Completion(work.Token, default), _now);
        owner.Answer(_now);
        while (session.TryTransmit(_now, _batch))
        {
            _batch.Clear();
            session.Transmitted(_now);
        }

        if (session.NextWakeUp is { } wakeUp && wakeUp <= _now) session.Tick(_now);
    }

    public void End()
    {
        session.LinkLost(_now);
        owner.Answer(_now);
        if (!session.HasEnded) throw new InvalidOperationException("The session has not ended.");
    }

    private bool TryTakeIn()
    {
        if (_slot is not null) return TryFill();
        var buffer = new ReadOnlySequence<byte>(_received);
        var afterHello = session.RemoteHello is not null;
        switch (FrameReader.TryRead(buffer, afterHello, out var header, out _data))
        {
            case FrameStatus.Control:
                session.Receive(FrameReader.GetFrame(buffer, header, ref _scratch), _now);
                _received = _received[(int)header.TotalLength..];
                return true;
            case FrameStatus.Data:
                _received = _received[FrameReader.DataPrefix..];
                _filled = 0;
                return session.TryPlace(_data, _now, out _slot);
            case FrameStatus.Violation:
                session.ReceiveMalformed(header, _now);
                return false;
            default:
                return false;
        }
    }

    private bool TryFill()
    {
        var take = Math.Min(_received.Length, _slot!.Length - _filled);
        _received.AsSpan(0, take).CopyTo(_slot.Memory.Span[_filled..]);
        _received = _received[take..];
        _filled += take;
        if (_filled < _slot.Length) return false;
        _slot = null;
        session.ReceiveData(_data, _now);
        return true;
    }
}
