using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>
/// A player in virtual time: pulls segments in order, a bounded buffer ahead, and plays at normal speed.
/// Owns the playhead; counts what its viewer sees.
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
    private readonly RenditionChooser _chooser;
    private uint _reader;
    private bool _isReading;
    private bool _hasRequest;
    private int _next = -1;
    private int _rendition;
    private TimeSpan _readSince;
    private TimeSpan _readAt;
    private long _readBytes;
    private TimeSpan _bufferedTo;
    private TimeSpan _position;
    private TimeSpan _playingSince;
    private bool _isPlaying;
    private TimeSpan _waitingSince;
    private bool _isSeeking;
    private bool _isOver;

    public SimulatedPlayer(World world, SimulatedNode node)
    {
        _world = world;
        _clock = node.Clock;
        _node = node;
        _options = world.Scenario.Player;
        _random = SeededRandom.For(world.Seed, "player", node.Number);
        _chooser = new RenditionChooser(world.Scenario);
    }

    public PlayerLog Log { get; } = new();

    /// <summary>It has played all there is.</summary>
    public bool IsDone { get; private set; }

    public bool IsPlaying => _isPlaying;

    public TimeSpan Position => _isPlaying ? _position + (_clock.Now - _playingSince) : _position;

    /// <summary>Media that it holds beyond the playhead.</summary>
    public TimeSpan Buffered => _bufferedTo > Position ? _bufferedTo - Position : TimeSpan.Zero;

    private bool IsLive => _world.Scenario.Media.IsLive;

    /// <summary>How far behind the moment a live stream is played.</summary>
    private TimeSpan LatencyTarget =>
        IsLive ? TimeSpan.FromSeconds(_options.LiveDelaySeconds) : TimeSpan.Zero;

    private int Segments => _world.Scenario.Media.Segments;

    private TimeSpan SegmentTime => _world.Stream.SegmentTime;

    public void Start()
    {
        _waitingSince = _clock.Now;
        if (!_world.Scenario.Media.IsLive) _next = 0;
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
        if (_next < 0) JoinLive();
        Read();
    }

    /// <summary>True when it has asked its node for something since the last call.</summary>
    public bool TakeRequests()
    {
        var had = _hasRequest;
        _hasRequest = false;
        return had;
    }

    public void Block(uint reader, Lease lease)
    {
        if (reader == _reader) _readBytes += lease.Length;
        lease.Release();
    }

    public void SegmentCompleted(uint reader)
    {
        if (_isOver || !_isReading || reader != _reader) return;
        _isReading = false;
        _world.Read.Add(_rendition, _next);
        Log.Read(_readBytes, _world.Stream.Media.BitsPerSecond[_rendition], SegmentTime);
        _chooser.Observe(_readBytes, _clock.Now - _readSince);
        _next++;
        _bufferedTo = SegmentTime * _next;
        TryPlay();
        Read();
    }

    /// <summary>A live stream is joined some way behind its newest segment.</summary>
    private void JoinLive()
    {
        var known = _node.Swarm.Records(VirtualStream.TrackOf(0)).Count;
        if (known == 0) return;
        var delay = TimeSpan.FromSeconds(_options.LiveDelaySeconds);
        var start = SegmentTime * known - delay;
        _next = start > TimeSpan.Zero ? (int)(start / SegmentTime) : 0;
        _position = _bufferedTo = SegmentTime * _next;
        Report();
    }

    private void Read()
    {
        if (_isReading || _next < 0 || _next >= Segments) return;
        var ahead = Buffered - TimeSpan.FromSeconds(_options.BufferSeconds);
        if (ahead > TimeSpan.Zero)
        {
            PlanRead(_clock.Now + ahead);
            return;
        }

        _rendition = _chooser.Choose(Buffered);
        if (_node.Swarm.Records(VirtualStream.TrackOf(_rendition)).Count <= _next) return;
        (_readSince, _readBytes) = (_clock.Now, 0);
        _isReading = _node.Swarm.OpenReader(
            ++_reader, _world.Stream.Records(_rendition)[_next].Id, _clock.Now);
        _hasRequest = true;
        _node.PlanTurn();
    }

    private void PlanRead(TimeSpan due)
    {
        if (_readAt > _clock.Now && _readAt <= due) return;
        _readAt = due;
        _clock.At(due, this, ReadDue);
    }

    /// <summary>Plays when it holds enough, and a live stream no sooner than its delay behind the moment.</summary>
    private void TryPlay()
    {
        if (_isPlaying || _bufferedTo == _position) return;
        if (Buffered < SegmentTime * _options.StartSegments && _next < Segments) return;
        var early = IsLive ? LatencyTarget - (_clock.Now - _position) : TimeSpan.Zero;
        if (early <= TimeSpan.Zero) Play();
        else _clock.After(early, this, PlayDue);
    }

    private void Play()
    {
        var now = _clock.Now;
        if (IsLive) Log.Latency = now - _position;
        if (Log.StartUp is null) Log.StartUp = now - StartOfWait();
        else if (_isSeeking) Log.Seeks.Add(now - _waitingSince);
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
        if (_next >= Segments)
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
        if (_isReading) _node.Swarm.CloseReader(_reader);
        _isReading = false;
        _next = _random.Next(Segments);
        _position = _bufferedTo = SegmentTime * _next;
        Report();
        Read();
    }

    /// <summary>The playhead stands; an open wait counts as far as it got.</summary>
    private void Stop()
    {
        if (_isPlaying)
        {
            Log.Played += _clock.Now - _playingSince;
            _position = Position < _bufferedTo ? Position : _bufferedTo;
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
        if (_next < 0) return;
        _node.Swarm.Play(Position, _isPlaying, 1, _clock.Now);
        _node.PlanTurn();
    }
}
