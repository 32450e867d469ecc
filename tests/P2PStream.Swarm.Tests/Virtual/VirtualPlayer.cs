using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A player in virtual time: pulls a bounded buffer ahead, plays at normal speed, checks every byte.</summary>
internal sealed class VirtualPlayer(VirtualNode node, TestStream stream)
{
    private static readonly TimeSpan BufferGoal = TimeSpan.FromSeconds(10);

    private bool _wants;
    private bool _isOpen;
    private int _next;
    private long _offset;
    private TimeSpan _askedAt;
    private TimeSpan _playingSince;
    private TimeSpan _base;
    private bool _isPlaying;
    private TimeSpan _stalledAt;

    public TimeSpan? StartUp { get; private set; }

    public int Stalls { get; private set; }

    public TimeSpan StalledFor { get; private set; }

    public bool IsDone { get; private set; }

    public TimeSpan Buffered { get; private set; }

    /// <summary>Bytes that it was given.</summary>
    public long Read { get; private set; }

    private TimeSpan Position => _isPlaying && Buffered > TimeSpan.Zero ? _base + (node.Clock.Now - _playingSince) : _base;

    public void Start()
    {
        _wants = true;
        _askedAt = node.Clock.Now;
        Report();
        Learn();
        node.Turn();
    }

    public void Learn()
    {
        if (!_wants || _isOpen) return;
        OpenNext();
        // What it wants is asked for now, not at the node's next wake-up.
        if (_isOpen) node.Clock.After(TimeSpan.Zero, node.Turn);
    }

    /// <summary>Leaves what it reads, for a segment that it has not come to.</summary>
    public void Jump(int segment)
    {
        if (_isOpen) node.Swarm.CloseReader((uint)_next + 1);
        _isOpen = false;
        _next = segment;
        OpenNext();
        node.Turn();
    }

    public void Block(Lease lease)
    {
        Read += lease.Length;
        var expected = new byte[lease.Length];
        TestStream.Fill(stream.Records[_next].Id, _offset, expected);
        Assert.True(lease.Memory.Span.SequenceEqual(expected), "a player was given other bytes");
        _offset += lease.Length;
        lease.Release();
    }

    public void SegmentCompleted()
    {
        var record = stream.Records[_next];
        Assert.Equal(record.Length, _offset);
        Buffered = record.Start + record.Duration;
        _isOpen = false;
        _next++;
        if (record.Duration == TimeSpan.Zero)
        {
            ReadOn();
            return;
        }

        if (!_isPlaying) Play();
        if (_next == stream.Records.Count) return;
        var ahead = Buffered - Position;
        if (ahead <= BufferGoal) OpenNext();
        else node.Clock.After(ahead - BufferGoal, () =>
        {
            OpenNext();
            node.Turn();
        });
    }

    /// <summary>A piece of a plain file plays for no time: the next one is read at once.</summary>
    private void ReadOn()
    {
        StartUp ??= node.Clock.Now - _askedAt;
        _isPlaying = true;
        IsDone = _next == stream.Records.Count;
        OpenNext();
    }

    private void OpenNext()
    {
        if (_isOpen || _next == stream.Records.Count
            || node.Swarm.Records(TestStream.Track).Count <= _next) return;
        _offset = 0;
        _isOpen = node.Swarm.OpenReader((uint)_next + 1, stream.Records[_next].Id, node.Clock.Now);
    }

    private void Play()
    {
        if (StartUp is null) StartUp = node.Clock.Now - _askedAt;
        else StalledFor += node.Clock.Now - _stalledAt;
        _isPlaying = true;
        _playingSince = node.Clock.Now;
        node.Clock.At(node.Clock.Now + (Buffered - _base), RunDry);
    }

    private void RunDry()
    {
        if (Position < Buffered)
        {
            node.Clock.After(Buffered - Position, RunDry);
            return;
        }

        _base = Buffered;
        _isPlaying = false;
        if (_next == stream.Records.Count)
        {
            IsDone = true;
            return;
        }

        Stalls++;
        _stalledAt = node.Clock.Now;
    }

    private void Report()
    {
        if (IsDone) return;
        node.Swarm.Play(Position, _isPlaying, 1, node.Clock.Now);
        node.Turn();
        node.Clock.After(TimeSpan.FromMilliseconds(200), Report);
    }
}
