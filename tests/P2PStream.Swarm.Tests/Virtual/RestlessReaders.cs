using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>
/// Readers that open and close at random over peers and an origin that give, refuse, come and go. All
/// of it follows from a seed. Whatever is asked for waits until the test lets it be answered.
/// </summary>
internal sealed class RestlessReaders : IDisposable
{
    private const int Peers = 3;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly TestStream _stream;
    private readonly SwarmProbe _probe;
    private readonly Random _random;
    private readonly int _mostReaders;
    private readonly List<(int Peer, SessionCommand Request)> _asked = [];
    private readonly List<OriginFetch> _fetches = [];
    private readonly SortedDictionary<uint, Reading> _readers = [];
    private readonly HashSet<int> _joined = [];
    private uint _lastReader;

    public RestlessReaders(TestStream stream, int seed, int poolBlocks, int mostReaders)
    {
        _stream = stream;
        _random = new Random(seed);
        _mostReaders = mostReaders;
        _probe = new SwarmProbe(stream, useOrigin: true, poolBlocks: poolBlocks);
        stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Swarm.DiscoveryDone(_probe.Now);
    }

    public int Completed { get; private set; }

    /// <summary>What each reader waits for that is not done.</summary>
    public IReadOnlyList<string> Waiting =>
        [.. _readers.Values.Select(reader => $"{reader.Record.Id} after {reader.Given} bytes")];

    public int Rented => _probe.Pool.Rented;

    public void Step()
    {
        switch (_random.Next(20))
        {
            case 0 or 1 or 2: Open(); break;
            case 3: Close(); break;
            case 4: ComeOrGo(1 + _random.Next(Peers)); break;
            case 5: Announce(); break;
            case 6: Refuse(); break;
            case 7: FailOrigin(); break;
            case 8: SeekTo(); break;
            case 9 or 10: _probe.Pass(Tick * _random.Next(8)); break;
            case 11 or 12 or 13: GiveFromOrigin(); break;
            default: Give(); break;
        }

        Take();
    }

    /// <summary>Everybody answers from here on, for a while.</summary>
    public void Settle(TimeSpan time)
    {
        var end = _probe.Now + time;
        while (_probe.Now < end && _readers.Count > 0)
        {
            while (_asked.Count > 0)
            {
                Give();
                Take();
            }

            while (_fetches.Count > 0)
            {
                GiveFromOrigin();
                Take();
            }

            _probe.Pass(Tick);
            Take();
        }
    }

    public void Dispose()
    {
        foreach (var reader in _readers.Keys) _probe.Swarm.CloseReader(reader);
        foreach (var (_, request) in _asked) request.Lease!.Release();
        foreach (var fetch in _fetches) fetch.Release();
        _probe.Dispose();
    }

    private void Open()
    {
        if (_readers.Count >= _mostReaders) return;
        var number = ++_lastReader;
        var isSubtitle = _stream.Subtitles.Count > 0 && _random.Next(4) == 0;
        var records = isSubtitle ? _stream.Subtitles : _stream.Records;
        // On from another reader, or anywhere.
        var last = _readers.Count == 0 ? 0 : _readers.Values.Last().Record.Id.Sequence + 1;
        var index = !isSubtitle && _random.Next(2) == 0
            ? (int)(last % (ulong)records.Count)
            : _random.Next(records.Count);
        _readers.Add(number, new Reading(records[index]));
        Assert.True(_probe.Swarm.OpenReader(number, records[index].Id, _probe.Now));
        _probe.Turn();
    }

    private void Close()
    {
        if (_readers.Count == 0) return;
        var number = _readers.Keys.ElementAt(_random.Next(_readers.Count));
        _readers.Remove(number);
        _probe.Swarm.CloseReader(number);
        _probe.Turn();
    }

    private void ComeOrGo(int peer)
    {
        if (_joined.Add(peer))
        {
            _probe.Join(peer);
            return;
        }

        _joined.Remove(peer);
        _probe.Swarm.PeerLeft(peer, _probe.Now);
        _probe.Turn();
        // Its session gives back what it was to fill.
        foreach (var (_, request) in _asked.Where(asked => asked.Peer == peer))
            request.Lease!.Release();
        _asked.RemoveAll(asked => asked.Peer == peer);
    }

    private void Announce()
    {
        if (_joined.Count == 0) return;
        var peer = _joined.ElementAt(_random.Next(_joined.Count));
        var first = _random.Next(_stream.Records.Count);
        var count = 1 + _random.Next(_stream.Records.Count - first);
        var block = new BlockId(_stream.Records[first].Id, 0, 0);
        switch (_random.Next(4))
        {
            case 0: _probe.Say(peer, SessionEventKind.DroppedSegments, block, (uint)count); break;
            case 1:
                _probe.Say(peer, SessionEventKind.Interest, block, (uint)count, value: 1);
                break;
            default: _probe.Say(peer, SessionEventKind.HaveSegments, block, (uint)count); break;
        }
    }

    private void SeekTo()
    {
        var position = _stream.Records[_random.Next(_stream.Records.Count)].Start;
        _probe.Swarm.Play(position, _random.Next(2) == 0, 1, _probe.Now);
        _probe.Turn();
    }

    private void Give()
    {
        if (_asked.Count == 0) return;
        var at = _random.Next(_asked.Count);
        var (peer, request) = _asked[at];
        _asked.RemoveAt(at);
        _probe.Deliver(peer, request);
    }

    private void Refuse()
    {
        if (_asked.Count == 0) return;
        var at = _random.Next(_asked.Count);
        var (peer, request) = _asked[at];
        _asked.RemoveAt(at);
        request.Lease!.Release();
        var reason = _random.Next(2) == 0 ? RejectReason.Busy : RejectReason.NotAvailable;
        _probe.Say(peer, new SessionEvent
        {
            Kind = SessionEventKind.Rejected,
            Channel = SwarmProbe.Channel,
            Request = request.Request,
            Value = (uint)reason,
        });
    }

    private void GiveFromOrigin()
    {
        if (_fetches.Count == 0) return;
        var fetch = _fetches[_random.Next(_fetches.Count)];
        var block = fetch.Next(out var offset);
        if (fetch.IsDone) _fetches.Remove(fetch);
        TestStream.Fill(fetch.Run.Record.Id, offset, block.Lease.Memory.Span);
        _probe.Swarm.OriginArrived(block.Ticket, block.Lease,
            ContentTree.HashLeaf(block.Lease.Memory.Span), _probe.Now);
        _probe.Turn();
    }

    private void FailOrigin()
    {
        if (_fetches.Count == 0) return;
        var fetch = _fetches[_random.Next(_fetches.Count)];
        _fetches.Remove(fetch);
        fetch.Release();
        _probe.Swarm.OriginFailed(fetch.Run.Number, _random.Next(2) == 0, _probe.Now);
        _probe.Turn();
    }

    /// <summary>Takes what the swarm has asked for and told.</summary>
    private void Take()
    {
        foreach (var peer in _joined)
        {
            foreach (var request in _probe.TakeCommands(peer, SessionCommandKind.Request))
                _asked.Add((peer, request));
            foreach (var cancel in _probe.TakeCommands(peer, SessionCommandKind.Cancel))
                CancelAsked(peer, cancel.Request);
        }

        foreach (var effect in _probe.Take(SwarmEffectKind.FetchOrigin))
            _fetches.Add(new OriginFetch(effect.Run!));
        foreach (var effect in _probe.Take(SwarmEffectKind.CancelOrigin)) CancelFetch(effect.Number);
        foreach (var effect in _probe.Take(SwarmEffectKind.ReaderBlock)) Read(effect);
        foreach (var effect in _probe.Take(SwarmEffectKind.ReaderCompleted)) Complete(effect.Number);
    }

    private void CancelAsked(int peer, uint request)
    {
        var at = _asked.FindIndex(asked => asked.Peer == peer && asked.Request.Request == request);
        // A block that was on its way already comes all the same.
        if (at < 0 || _random.Next(2) == 0) return;
        _asked[at].Request.Lease!.Release();
        _asked.RemoveAt(at);
    }

    private void CancelFetch(uint number)
    {
        var at = _fetches.FindIndex(fetch => fetch.Run.Number == number);
        if (at < 0) return;
        _fetches[at].Release();
        _fetches.RemoveAt(at);
    }

    private void Read(in SwarmEffect effect)
    {
        var lease = effect.Lease!;
        if (_readers.TryGetValue(effect.Number, out var reader))
        {
            var expected = new byte[lease.Length];
            TestStream.Fill(reader.Record.Id, reader.Given, expected);
            Assert.True(lease.Memory.Span.SequenceEqual(expected), "a reader was given other bytes");
            reader.Given += lease.Length;
        }

        lease.Release();
    }

    private void Complete(uint number)
    {
        if (!_readers.Remove(number, out var reader)) return;
        Assert.Equal(reader.Record.Length, reader.Given);
        Completed++;
    }

    private sealed class Reading(SegmentRecord record)
    {
        public SegmentRecord Record { get; } = record;

        public long Given { get; set; }
    }

    private sealed class OriginFetch(OriginRun run)
    {
        private int _next;

        public OriginRun Run { get; } = run;

        public bool IsDone => _next == Run.Blocks.Count;

        public OriginBlock Next(out long offset)
        {
            offset = Run.Offset + (long)_next * ContentLimits.BlockBytes;
            return Run.Blocks[_next++];
        }

        public void Release()
        {
            for (; _next < Run.Blocks.Count; _next++) Run.Blocks[_next].Lease.Release();
        }
    }
}
