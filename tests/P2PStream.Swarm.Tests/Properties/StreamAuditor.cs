using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm.Tests;

/// <summary>
/// Plays a log of events to one swarm, keeps book of what it was told and what it asked for, and fails when it
/// breaks a promise. A place's first byte stands for what came there: right, wrong or nothing.
/// </summary>
internal sealed class StreamAuditor : IDisposable
{
    private const int MostPeers = 6;
    private const int PoolBlocks = 64;
    private const byte Right = 1, Wrong = 2;
    private const int Owner = 1000;

    private readonly TestStream _stream;
    private readonly StreamSwarm _swarm;
    private readonly BlockPool _pool = new(PoolBlocks);
    private readonly AskedBlocks _asked = new();
    private readonly Dictionary<int, PeerBook> _peers = [];
    private readonly List<string> _log = [];
    private readonly bool _knowsLeaves;
    private TimeSpan _now;
    private int _lastPeer;
    private uint _lastRequest;
    private uint _reader;
    private SegmentRecord? _reading;
    private int _readBlocks;
    private bool _isRead;

    public StreamAuditor(TestStream stream, bool knowsLeaves)
    {
        _stream = stream;
        _knowsLeaves = knowsLeaves;
        _swarm = new StreamSwarm(
            new SwarmOptions
            {
                Stream = stream.Root.StreamId(TestStream.Name),
                RootKey = stream.Root.PublicKey,
                Name = TestStream.Name,
                Self = SwarmProbe.Identity(0),
                UseOrigin = true,
                PrefetchBytes = PoolBlocks * ContentLimits.BlockBytes / 3,
                MaxLinks = MostPeers + 1,
                UnixSecondsAtZero = 1000,
            },
            new DeadlineScheduler(new SchedulerOptions { Seed = 1 }), _pool, new ServeEveryone());
        if (knowsLeaves) stream.PublishTo(_swarm, _now);
        else stream.PublishRecordsTo(_swarm, _now);
        _swarm.DiscoveryDone(_now);
        Open(stream.Records[0]);
    }

    /// <summary>What it asked for and said, in order.</summary>
    public IReadOnlyList<string> Log => _log;

    /// <summary>Requests that it made.</summary>
    public int Requests => _asked.Total;

    public void Apply(StreamEvent e)
    {
        switch (e.Op % StreamEvent.Kinds)
        {
            case 0 or 1: Join(e.A % 8 != 0); break;
            case 2: if (Pick(e.A) is { } leaving) Leave(leaving); break;
            case 3 or 4: if (Pick(e.A) is { } having) Have(having, Segment(e.B), 1 + e.C % 3); break;
            case 5: if (Pick(e.A) is { } dropping) Drop(dropping, Segment(e.B)); break;
            case 6: if (Pick(e.A) is { } showing) Show(showing, Segment(e.B), e.C); break;
            case 7: if (Pick(e.A) is { } following) Follow(following, Segment(e.B), e.C); break;
            case 8: if (Pick(e.A) is { } some) Answer(some, 1 + e.B % 4, Right); break;
            case 9: if (Pick(e.A) is { } all) Answer(all, int.MaxValue, Right); break;
            case 10: if (Pick(e.A) is { } liar) Answer(liar, 1 + e.B % 4, Wrong); break;
            case 11: if (Pick(e.A) is { } busy) Refuse(busy, 1 + e.B % 4, e.C); break;
            case 12: if (Pick(e.A) is { } asking) Ask(asking, Segment(e.B), e.C); break;
            case 13: Pass(TimeSpan.FromMilliseconds(e.A * 4)); break;
            case 14: Pass(TimeSpan.FromMilliseconds(e.A * 40)); break;
            case 15: if (_isRead) ReadOn(); break;
            case 16: Seek(Segment(e.A)); break;
            case 17: Seek(OtherRendition()); break;
            case 18: AnswerOrigin(1 + e.A % 8); break;
            case 19: FailOrigin(isMissing: e.A % 2 == 1); break;
        }

        Turn();
    }

    /// <summary>Nothing goes wrong any more, and an honest peer that has everything comes: what is read is
    /// delivered.</summary>
    public void Settle()
    {
        foreach (var peer in _peers.Keys.ToArray()) Leave(peer);
        Join(isViewer: true);
        var owner = _lastPeer;
        Have(owner, _stream.Records[0].Id, _stream.Records.Count);
        Have(owner, _stream.Text[0].Id, _stream.Text.Count);
        for (var i = 0; i < 400 && !_isRead; i++)
        {
            Turn();
            Answer(owner, int.MaxValue, Right);
            AnswerOrigin(int.MaxValue);
            Pass(TimeSpan.FromMilliseconds(50));
        }

        Assert.True(_isRead, $"{_reading!.Id} was not delivered in 20 s");
    }

    public void Dispose()
    {
        _swarm.Close();
        Drain();
        _asked.Release();
    }

    /// <summary>The stream ends: nothing of its memory is left behind.</summary>
    public void Close()
    {
        Dispose();
        Assert.Equal(0, _pool.Rented);
    }

    private int? Pick(byte which) =>
        _peers.Count == 0 ? null : _peers.Keys.Order().ElementAt(which % _peers.Count);

    private SegmentId Segment(byte which) => which % 4 == 3
        ? _stream.Text[which / 4 % _stream.Text.Count].Id
        : _stream.Records[which / 4 % _stream.Records.Count].Id;

    private SegmentId OtherRendition()
    {
        var other = _reading!.Id.Track == TestStream.Track ? _stream.Text : _stream.Records;
        return other[(int)_reading.Id.Sequence].Id;
    }

    private void Join(bool isViewer)
    {
        if (_peers.Count >= MostPeers) return;
        var number = ++_lastPeer;
        if (!_swarm.PeerJoined(number, SwarmProbe.Identity((byte)number), SwarmProbe.Channel, null,
            $"10.0.0.{number}:1", TimeSpan.Zero, _now)) return;
        _peers.Add(number, new PeerBook());
        if (!isViewer) Say(number, SessionEventKind.Interest, default, 0, 0);
    }

    private void Leave(int peer)
    {
        _swarm.PeerLeft(peer, _now);
        _peers.Remove(peer);
        _asked.PeerLeft(peer);
    }

    private void Have(int peer, SegmentId first, int count)
    {
        for (var i = 0; i < count; i++)
            _peers[peer].Segments.Add(first with { Sequence = first.Sequence + (ulong)i });
        Say(peer, SessionEventKind.HaveSegments, new BlockId(first, 0, 0), (uint)count);
    }

    private void Drop(int peer, SegmentId segment)
    {
        _peers[peer].Segments.Remove(segment);
        _peers[peer].Blocks.RemoveWhere(block => block.Segment == segment);
        Say(peer, SessionEventKind.DroppedSegments, new BlockId(segment, 0, 0), 1);
    }

    private void Show(int peer, SegmentId segment, byte index)
    {
        var block = new BlockId(segment, 0, (ushort)(index % 8));
        _peers[peer].Blocks.Add(block);
        Say(peer, SessionEventKind.HaveBlocks, block, 1);
    }

    private void Follow(int peer, SegmentId segment, byte how) =>
        Say(peer, SessionEventKind.Interest, new BlockId(segment, 0, 0), (uint)(how % 6),
            (uint)(how < 128 ? InterestRole.Viewer | InterestRole.UsesOrigin : InterestRole.Viewer));

    private void Answer(int peer, int most, byte what)
    {
        foreach (var request in _asked.Of(peer).Take(most).ToArray())
        {
            _asked.End(request.Number);
            request.Lease.Memory.Span[0] = what;
            var isRefuted = what == Wrong && _knowsLeaves;
            _swarm.Receive(peer, new SessionEvent
            {
                Kind = SessionEventKind.BlockArrived,
                Channel = SwarmProbe.Channel,
                Request = request.Number,
                Block = request.Block,
                Lease = request.Lease,
                Digest = what == Right ? Leaf(request.Block) : default,
            }, _now);
            if (isRefuted) _peers[peer].MustBeBanned = true;
        }
    }

    private Hash256 Leaf(BlockId block) => new(_stream.LeavesOf(block.Segment)
        .AsSpan(block.Index * Hash256.Size, Hash256.Size));

    private void Refuse(int peer, int most, byte why)
    {
        foreach (var request in _asked.Of(peer).Take(most).ToArray())
        {
            _asked.End(request.Number);
            request.Lease.Release();
            Say(peer, new SessionEvent
            {
                Kind = SessionEventKind.Rejected,
                Channel = SwarmProbe.Channel,
                Request = request.Number,
                Value = (uint)(why % 2 == 0 ? RejectReason.Busy : RejectReason.NotAvailable),
            });
        }
    }

    private void Ask(int peer, SegmentId segment, byte index) => Say(peer, new SessionEvent
    {
        Kind = SessionEventKind.Requested,
        Channel = SwarmProbe.Channel,
        Request = ++_lastRequest,
        Block = new BlockId(segment, 0, (ushort)(index % 9)),
        Deadline = TimeSpan.FromSeconds(index % 12),
    });

    private void ReadOn()
    {
        var list = _reading!.Id.Track == TestStream.Track ? _stream.Records : _stream.Text;
        if ((int)_reading.Id.Sequence + 1 < list.Count) Open(list[(int)_reading.Id.Sequence + 1]);
    }

    private void Seek(SegmentId segment)
    {
        _swarm.CloseReader(_reader);
        Open(_swarm.FindRecord(segment)!);
    }

    private void Open(SegmentRecord record)
    {
        (_reading, _readBlocks, _isRead) = (record, 0, false);
        Assert.True(_swarm.OpenReader(++_reader, record.Id, _now));
        _swarm.Play(record.Start, isMoving: true, 1, _now);
    }

    private void AnswerOrigin(int most)
    {
        foreach (var request in _asked.Of(Owner).Take(most).ToArray())
        {
            _asked.End(request.Number);
            request.Lease.Memory.Span[0] = Right;
            _swarm.OriginArrived(request.Number, request.Lease, Leaf(request.Block), _now);
        }
    }

    private void FailOrigin(bool isMissing)
    {
        if (_asked.FirstRun is not { } run) return;
        _asked.EndRun(run);
        _swarm.OriginFailed(run, isMissing, _now);
    }

    private void Pass(TimeSpan time)
    {
        var end = _now + time;
        while (_swarm.NextWakeUp is { } wake && wake < end)
        {
            Assert.True(wake > _now, "it wants to be woken in the past");
            _now = wake;
            Turn();
        }

        _now = end;
        Turn();
    }

    private void Say(int peer, SessionEventKind kind, BlockId block, uint count, uint value = 0) =>
        Say(peer, new SessionEvent
        {
            Kind = kind,
            Channel = SwarmProbe.Channel,
            Block = block,
            Count = count,
            Value = value,
        });

    private void Say(int peer, in SessionEvent e) => _swarm.Receive(peer, e, _now);

    private void Turn()
    {
        _swarm.Advance(_now);
        Drain();
        foreach (var (number, peer) in _peers.ToArray())
        {
            Assert.False(peer.MustBeBanned, $"peer {number} lied and is not banned");
            if (peer.IsBanned) Leave(number);
        }

        // Of a run at the origin that is still wanted in part, only the swarm knows which part.
        Assert.InRange(_swarm.RequestsInFlight, _asked.CountAtPeers, _asked.Count);
    }

    private void Drain()
    {
        while (_swarm.TryTake(out var effect)) Take(effect);
    }

    private void Take(in SwarmEffect effect)
    {
        switch (effect.Kind)
        {
            case SwarmEffectKind.Command: Take(effect.Peer, effect.Command); break;
            case SwarmEffectKind.Ban: Ban(effect.Peer); break;
            case SwarmEffectKind.FetchOrigin: Fetch(effect); break;
            case SwarmEffectKind.CancelOrigin: _asked.EndRun(effect.Number); break;
            case SwarmEffectKind.ReaderBlock: Read(effect); break;
            case SwarmEffectKind.ReaderCompleted: Complete(effect.Number); break;
        }
    }

    private void Take(int peer, in SessionCommand command)
    {
        switch (command.Kind)
        {
            case SessionCommandKind.Request: Request(peer, command); break;
            case SessionCommandKind.Cancel:
                Assert.True(_asked.TryCancel(command.Request), "it cancels what it does not wait for");
                break;
            case SessionCommandKind.WantLeaves when _peers.ContainsKey(peer):
                Say(peer, new SessionEvent
                {
                    Kind = SessionEventKind.Leaves,
                    Channel = SwarmProbe.Channel,
                    Block = command.Block,
                    Payload = _stream.LeavesOf(command.Block.Segment),
                });
                break;
            case SessionCommandKind.Serve:
                Assert.Equal(Right, command.Lease!.Memory.Span[0]);
                command.Lease.Release();
                Say(peer, new SessionEvent
                {
                    Kind = SessionEventKind.BlockServed,
                    Channel = SwarmProbe.Channel,
                    Request = command.Request,
                    Count = ContentLimits.BlockBytes,
                    Value = 1,
                });
                break;
        }
    }

    private void Request(int peer, in SessionCommand command)
    {
        Assert.True(_peers.TryGetValue(peer, out var book), $"peer {peer} is gone, and is asked");
        Assert.True(book.Has(command.Block), $"peer {peer} never had {command.Block}");
        command.Lease!.Memory.Span[0] = 0;
        _asked.Add(new AskedBlock(command.Request, peer, command.Block, command.Lease, Run: 0));
        _log.Add($"{_now} {peer} {command.Block} {command.Deadline}");
    }

    private void Fetch(in SwarmEffect effect)
    {
        var block = effect.Run!.FirstBlock;
        foreach (var (ticket, lease) in effect.Run.Blocks)
        {
            _asked.Add(new AskedBlock(ticket, Owner, block, lease, effect.Number));
            block = block with { Index = (ushort)(block.Index + 1) };
        }

        _log.Add($"{_now} origin {effect.Run.FirstBlock} {effect.Run.Blocks.Count} {effect.Reason}");
    }

    private void Ban(int peer)
    {
        if (!_peers.TryGetValue(peer, out var book)) return;
        book.IsBanned = true;
        book.MustBeBanned = false;
    }

    private void Read(in SwarmEffect effect)
    {
        Assert.Equal(Right, effect.Lease!.Memory.Span[0]);
        effect.Lease.Release();
        if (effect.Number == _reader) _readBlocks++;
    }

    private void Complete(uint reader)
    {
        if (reader != _reader) return;
        Assert.False(_isRead, "a reader is done twice");
        Assert.Equal(_reading!.Parts[0].Blocks, _readBlocks);
        _isRead = true;
    }
}
