using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>
/// A player in virtual time: pulls the segments of each kind of media in order, a bounded buffer ahead, and plays
/// at normal speed what it has all kinds of. Owns the playhead; counts what its viewer sees.
/// </summary>
internal sealed class SimulatedPlayer : IEventTarget
{
    private const int ReportDue = 1;
    private const int ReadDue = 2;
    private const int DryDue = 3;
    private const int SeekDue = 4;
    private const int PlayDue = 5;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(250);

    private readonly World _world;
    private readonly VirtualClock _clock;
    private readonly SimulatedNode _node;
    private readonly PlayerScenario _options;
    private readonly SeededRandom _random;
    private readonly MediaReader[] _readers;
    private uint _reads;
    private bool _hasRequest;
    private TimeSpan _readAt;
    private TimeSpan _position;
    private TimeSpan _playingSince;
    private bool _isPlaying;
    private TimeSpan _waitingSince;
    private bool _isSeeking;
    private TimeSpan? _seekBound;
    private bool _isOver;

    public SimulatedPlayer(World world, SimulatedNode node)
    {
        _world = world;
        _clock = node.Clock;
        _node = node;
        _options = world.Scenario.Player;
        _random = SeededRandom.For(world.Seed, "player", node.Number);
        var video = new MediaReader(world, node, Log, new RenditionChooser(world.Scenario));
        _readers = world.Stream.HasAudio ? [video, new MediaReader(world, node, Log, null)] : [video];
    }

    public PlayerLog Log { get; } = new();

    /// <summary>It has played all there is.</summary>
    public bool IsDone { get; private set; }

    public bool IsPlaying => _isPlaying;

    public TimeSpan Position => _isPlaying ? _position + (_clock.Now - _playingSince) : _position;

    /// <summary>Media that it holds beyond the playhead, of every kind.</summary>
    public TimeSpan Buffered => Ahead(BufferedTo);

    private bool IsLive => _world.Scenario.Media.IsLive;

    /// <summary>How far behind the moment a live stream is played.</summary>
    private TimeSpan LatencyTarget =>
        IsLive ? TimeSpan.FromSeconds(_options.LiveDelaySeconds) : TimeSpan.Zero;

    private int Segments => _world.Scenario.Media.Segments;

    private TimeSpan BufferedTo
    {
        get
        {
            var least = TimeSpan.MaxValue;
            foreach (var reader in _readers)
                if (reader.ReadTo < least) least = reader.ReadTo;
            return least;
        }
    }

    private bool HasAll => BufferedTo == SegmentTime * Segments;

    private bool HasBegun => _readers[0].Next >= 0;

    private TimeSpan SegmentTime => _world.Stream.SegmentTime;

    public void Start()
    {
        _waitingSince = _clock.Now;
        if (!IsLive) MoveTo(0);
        Happen(ReportDue, null);
        if (_options.SeeksPerMinute > 0) PlanSeek();
        Learn();
    }

    /// <summary>Its viewer leaves, or the run ends.</summary>
    public void End()
    {
        if (_isOver) return;
        Stop();
        Log.Ended ??= _clock.Now;
        _isOver = true;
    }

    public void Happen(int what, object? data)
    {
        if (_isOver || IsDone) return;
        switch (what)
        {
            case ReportDue:
                Report();
                _clock.After(_isPlaying ? 4 * ReportEvery : ReportEvery, this, ReportDue);
                break;
            case ReadDue: Read(); break;
            case DryDue: RunDry(); break;
            case PlayDue: TryPlay(); break;
            case SeekDue:
                Seek();
                PlanSeek();
                break;
        }
    }

    /// <summary>More records are known: perhaps the next segment's.</summary>
    public void Learn()
    {
        if (_isOver || IsDone) return;
        if (!HasBegun) JoinLive();
        Read();
    }

    /// <summary>True when it has asked its node for something since the last call.</summary>
    public bool TakeRequests()
    {
        var had = _hasRequest;
        _hasRequest = false;
        return had;
    }

    public void Block(uint read, Lease lease)
    {
        foreach (var reader in _readers) reader.Take(read, lease);
        lease.Release();
    }

    public void SegmentCompleted(uint read)
    {
        if (_isOver || !Array.Exists(_readers, reader => reader.TryComplete(read))) return;
        TryPlay();
        Read();
    }

    /// <summary>A live stream is joined some way behind what is newest of every kind.</summary>
    private void JoinLive()
    {
        var known = _readers.Min(reader => reader.Known);
        if (known == 0) return;
        var start = SegmentTime * known - LatencyTarget;
        MoveTo(start > TimeSpan.Zero ? (int)(start / SegmentTime) : 0);
        Report();
    }

    private void MoveTo(int segment)
    {
        foreach (var reader in _readers) reader.MoveTo(segment);
        _position = SegmentTime * segment;
    }

    private void Read()
    {
        foreach (var reader in _readers)
            if (reader.IsIdle) Read(reader);
    }

    private void Read(MediaReader reader)
    {
        var buffered = Ahead(reader.ReadTo);
        var excess = buffered - TimeSpan.FromSeconds(_options.BufferSeconds);
        if (excess > TimeSpan.Zero)
        {
            PlanRead(_clock.Now + excess);
            return;
        }

        if (!reader.TryRead(++_reads, buffered)) return;
        _hasRequest = true;
        _node.PlanTurn();
    }

    private TimeSpan Ahead(TimeSpan time) => time > Position ? time - Position : TimeSpan.Zero;

    private void PlanRead(TimeSpan due)
    {
        if (_readAt > _clock.Now && _readAt <= due) return;
        _readAt = due;
        _clock.At(due, this, ReadDue);
    }

    /// <summary>Plays when it holds enough, and a live stream no sooner than its delay behind the moment.</summary>
    private void TryPlay()
    {
        if (_isPlaying || BufferedTo == _position) return;
        if (Buffered < SegmentTime * _options.StartSegments && !HasAll) return;
        var early = IsLive ? LatencyTarget - (_clock.Now - _position) : TimeSpan.Zero;
        if (early <= TimeSpan.Zero) Play();
        else _clock.After(early, this, PlayDue);
    }

    private void Play()
    {
        var now = _clock.Now;
        if (IsLive) Log.Latency = now - _position;
        if (Log.StartUp is null) Log.StartUp = now - StartOfWait();
        else if (_isSeeking) Log.Sought(now - _waitingSince, _seekBound);
        else Log.Stalled(now - _waitingSince);
        (_isSeeking, _isPlaying, _playingSince) = (false, true, now);
        Report();
        _clock.After(Buffered, this, DryDue);
    }

    /// <summary>Nobody starts a live stream before it is as old as its delay.</summary>
    private TimeSpan StartOfWait()
    {
        var possible = LatencyTarget + _position;
        return possible > _node.Arrived ? possible : _node.Arrived;
    }

    private void RunDry()
    {
        if (!_isPlaying) return;
        if (Buffered > TimeSpan.Zero)
        {
            _clock.After(Buffered, this, DryDue);
            return;
        }

        Stop();
        if (HasAll)
        {
            IsDone = true;
            Log.Ended = _clock.Now;
            return;
        }

        _waitingSince = _clock.Now;
        _node.Swarm.PlayerStalled(_position, _clock.Now);
        Report();
    }

    private void Seek()
    {
        if (Log.StartUp is null || _isSeeking) return;
        Stop();
        (_isSeeking, _waitingSince) = (true, _clock.Now);
        MoveTo(_random.Next(Segments));
        _seekBound = BoundHere();
        Report();
        Read();
    }

    /// <summary>What it takes at least to read on from here: as long as the slowest of its readers.</summary>
    private TimeSpan? BoundHere()
    {
        TimeSpan? longest = null;
        foreach (var reader in _readers)
            if (SeekBound.Of(_node, reader.Coming(TimeSpan.Zero), _world.Network) is { } bound
                && !(bound <= longest)) longest = bound;
        return longest;
    }

    /// <summary>The playhead stands; an open wait counts as far as it got.</summary>
    private void Stop()
    {
        if (_isPlaying)
        {
            Log.Played += _clock.Now - _playingSince;
            _position = Position < BufferedTo ? Position : BufferedTo;
            _isPlaying = false;
        }
        else if (Log.StartUp is not null && !_isSeeking && !IsDone)
        {
            Log.Stalled(_clock.Now - _waitingSince);
        }
    }

    private void PlanSeek() => _clock.After(
        TimeSpan.FromMinutes(_random.NextExponential(1 / _options.SeeksPerMinute)), this, SeekDue);

    private void Report()
    {
        if (!HasBegun) return;
        _node.Swarm.Play(Position, _isPlaying, 1, _clock.Now);
        _node.PlanTurn();
    }
}
