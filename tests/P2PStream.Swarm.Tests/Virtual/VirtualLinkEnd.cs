using System.Buffers;
using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>One end of a link in virtual time: a real session, and bytes that take their time.</summary>
internal sealed class VirtualLinkEnd : IServeGate
{
    private readonly VirtualNode _node;
    private readonly VirtualLinkEnd? _other;
    private readonly TransmitBatch _batch = new();
    private readonly ArrayBufferWriter<byte> _incoming = new();
    private byte[] _scratch = [];
    private TimeSpan? _tickAt;
    private bool _isWriting;
    private int _consumed;
    private FairLink? _place;
    private bool _isHeldBack;
    private long _passed;

    private VirtualLinkEnd(VirtualNode node, VirtualNode remote, bool isInitiator, VirtualLinkEnd? other)
    {
        _node = node;
        Remote = remote;
        Session = new PeerSession(new SessionOptions
        {
            IsInitiator = isInitiator,
            Nonce = node.Nonce,
            Started = node.Clock.Now,
            ListenPort = 1,
        });
        _other = other ?? new VirtualLinkEnd(remote, node, !isInitiator, this);
    }

    public PeerSession Session { get; }

    public VirtualNode Remote { get; }

    public VirtualLinkEnd Other => _other!;

    public int Peer { get; set; }

    public ushort Channel { get; set; }

    /// <summary>Changes bytes on their way to this end: a hostile remote.</summary>
    public Action<Memory<byte>>? Corrupt { get; set; }

    public static VirtualLinkEnd Connect(VirtualNode dialler, VirtualNode listener) =>
        new(dialler, listener, isInitiator: true, other: null);

    public void Do(in SessionCommand command)
    {
        if (Session.HasEnded) command.Lease?.Release();
        else Session.Do(command, _node.Clock.Now);
    }

    /// <summary>Takes what the session says and sends what it has to send.</summary>
    public void Turn()
    {
        while (Session.TryTake(out var e)) _node.OnSession(this, e);
        if (!_isWriting) Write();
        if (Session.NextWakeUp is { } wake && wake != _tickAt)
        {
            _tickAt = wake;
            _node.Clock.At(wake, () =>
            {
                if (_tickAt != wake) return;
                _tickAt = null;
                Session.Tick(_node.Clock.Now);
                Turn();
            });
        }
    }

    public void Lose()
    {
        Session.LinkLost(_node.Clock.Now);
        while (Session.TryTake(out var e)) _node.OnSession(this, e);
    }

    private void Write()
    {
        if (_node.IsSilent) return;
        if (!TryTransmit()) return;
        using var bytes = new MemoryStream();
        for (var i = 0; i < _batch.SegmentCount; i++) bytes.Write(_batch.GetSegment(i).Span);
        _batch.Clear();
        var sent = bytes.ToArray();
        _isWriting = true;
        var (taken, left) = _node.Upload(sent.Length);
        _node.Clock.At(taken, () =>
        {
            _isWriting = false;
            Session.Transmitted(_node.Clock.Now);
            Turn();
        });
        _node.Clock.At(left + _node.Delay, () => Other.Feed(sent));
    }

    bool IServeGate.TryPass(
        StreamId stream, int bytes, int wanted, TimeSpan deadline, TimeSpan now)
    {
        _isHeldBack = !_node.UploadLimit!.TryTake(_place!, stream, bytes, wanted, deadline);
        if (!_isHeldBack) _passed += bytes;
        return !_isHeldBack;
    }

    /// <summary>As a pump does.</summary>
    private bool TryTransmit()
    {
        if (_node.UploadLimit is not { } limit)
            return Session.TryTransmit(_node.Clock.Now, _batch);
        _place ??= limit.Add(Turn);
        _isHeldBack = false;
        _passed = 0;
        var isAny = Session.TryTransmit(_node.Clock.Now, _batch, this);
        if (isAny || !_isHeldBack) limit.Withdraw(_place);
        if (isAny) limit.Charge((int)(_batch.TotalBytes - _passed));
        return isAny;
    }

    private void Feed(byte[] bytes)
    {
        if (Session.HasEnded) return;
        Corrupt?.Invoke(bytes);
        _incoming.Write(bytes);
        while (ReadFrame()) { }
        while (Session.TryTakeWork(out var work))
            Session.Complete(new Completion(
                work.Token, ContentTree.HashLeaf(work.Lease.Memory.Span)), _node.Clock.Now);
        Turn();
        _node.Turn();
    }

    private bool ReadFrame()
    {
        var buffer = new ReadOnlySequence<byte>(_incoming.WrittenMemory[_consumed..]);
        switch (FrameReader.TryRead(
            buffer, Session.RemoteHello is not null, out var header, out var data))
        {
            case FrameStatus.Control:
                Session.Receive(
                    FrameReader.GetFrame(buffer, header, ref _scratch), _node.Clock.Now);
                Consume((int)header.TotalLength);
                return true;
            case FrameStatus.Data:
                if (buffer.Length < FrameReader.DataPrefix + data.Length) return false;
                if (!Session.TryPlace(data, _node.Clock.Now, out var slot)) return false;
                buffer.Slice(FrameReader.DataPrefix, data.Length).CopyTo(slot!.Memory.Span);
                Session.ReceiveData(data, _node.Clock.Now);
                Consume(FrameReader.DataPrefix + data.Length);
                return true;
            case FrameStatus.Violation:
                Session.ReceiveMalformed(header, _node.Clock.Now);
                return false;
            default:
                return false;
        }
    }

    private void Consume(int bytes)
    {
        _consumed += bytes;
        if (_consumed < _incoming.WrittenCount) return;
        _incoming.ResetWrittenCount();
        _consumed = 0;
    }
}
