using System.Buffers;
using System.Security.Cryptography;

namespace P2PStream.Protocol.Tests;

/// <summary>One end of a <see cref="Pair"/>: drives a session as a pump does, over bytes in memory.</summary>
internal sealed class SessionEnd
{
    private readonly List<byte> _received = [];
    private readonly TransmitBatch _batch = new();
    private byte[] _scratch = [];
    private Lease? _slot;
    private DataHeader _header;
    private int _filled;

    public SessionEnd(bool isInitiator, SessionOptions? options = null)
    {
        Session = new PeerSession(options ?? Options(isInitiator));
    }

    public PeerSession Session { get; }

    public List<SessionEvent> Events { get; } = [];

    /// <summary>Every byte this end has sent.</summary>
    public List<byte> Sent { get; } = [];

    /// <summary>Leaves work undone until <see cref="Work"/> is called.</summary>
    public bool HoldsWork { get; set; }

    public static SessionOptions Options(bool isInitiator) => new()
    {
        IsInitiator = isInitiator,
        Nonce = isInitiator ? 1u : 2u,
        Started = TimeSpan.Zero,
        ListenPort = isInitiator ? (ushort)1001 : (ushort)2002,
    };

    public static Hash256 Digest(ReadOnlySpan<byte> block) => new(SHA256.HashData(block));

    /// <summary>Takes bytes in, as a link delivers them, and everything they cause.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        byte[] all = [.. _received, .. bytes];
        var buffer = all.AsMemory();
        while (!Session.HasEnded && TryTakeIn(ref buffer, now))
        {
        }

        _received.Clear();
        _received.AddRange(buffer.Span);
        if (!HoldsWork) Work(now);
        TakeEvents();
    }

    public void Work(TimeSpan now)
    {
        while (Session.TryTakeWork(out var work))
            Session.Complete(new Completion(work.Token, Digest(work.Lease.Memory.Span)), now);
        TakeEvents();
    }

    /// <summary>Asked for every block.</summary>
    public IServeGate? Gate { get; set; }

    /// <summary>Everything the session wants to send now.</summary>
    public byte[] Transmit(TimeSpan now)
    {
        var bytes = new List<byte>();
        while (Session.TryTransmit(now, _batch, Gate))
        {
            for (var i = 0; i < _batch.SegmentCount; i++)
                bytes.AddRange(_batch.GetSegment(i).Span);
            _batch.Clear();
            Session.Transmitted(now);
        }

        TakeEvents();
        Sent.AddRange(bytes);
        return [.. bytes];
    }

    public void LinkLost(TimeSpan now)
    {
        Session.LinkLost(now);
        _slot = null;
        TakeEvents();
    }

    public SessionEvent Single(SessionEventKind kind) => Events.Single(e => e.Kind == kind);

    public int Count(SessionEventKind kind) => Events.Count(e => e.Kind == kind);

    private bool TryTakeIn(ref Memory<byte> buffer, TimeSpan now)
    {
        if (_slot is not null) return TryFill(ref buffer, now);
        var sequence = new ReadOnlySequence<byte>(buffer);
        var afterHello = Session.RemoteHello is not null;
        switch (FrameReader.TryRead(sequence, afterHello, out var header, out var data))
        {
            case FrameStatus.Control:
                Session.Receive(FrameReader.GetFrame(sequence, header, ref _scratch), now);
                buffer = buffer[(int)header.TotalLength..];
                return true;
            case FrameStatus.Data:
                buffer = buffer[FrameReader.DataPrefix..];
                if (!Session.TryPlace(data, now, out _slot)) return false;
                (_header, _filled) = (data, 0);
                return TryFill(ref buffer, now);
            case FrameStatus.Violation:
                Session.ReceiveMalformed(header, now);
                return false;
            default:
                return false;
        }
    }

    private bool TryFill(ref Memory<byte> buffer, TimeSpan now)
    {
        var take = Math.Min(buffer.Length, _slot!.Length - _filled);
        buffer[..take].CopyTo(_slot.Memory[_filled..]);
        _filled += take;
        buffer = buffer[take..];
        if (_filled < _slot.Length) return false;
        _slot = null;
        Session.ReceiveData(_header, now);
        return true;
    }

    private void TakeEvents()
    {
        while (Session.TryTake(out var e)) Events.Add(e);
    }
}
