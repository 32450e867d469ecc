using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>
/// One of a player's readers: pulls video, or audio, segment after segment. Owns how far it has got; when it
/// may read on is the player's.
/// </summary>
/// <param name="world">The run.</param>
/// <param name="node">Whose player it is.</param>
/// <param name="log">What the player's viewer sees.</param>
/// <param name="chooser">Of renditions; null for audio, of which there is one.</param>
internal sealed class MediaReader(World world, SimulatedNode node, PlayerLog log, RenditionChooser? chooser)
{
    private uint _number;
    private int _track;
    private bool _isReading;
    private TimeSpan _since;
    private long _bytes;

    /// <summary>The segment that is read, or is read next; -1: it is not known where to begin.</summary>
    public int Next { get; private set; } = -1;

    /// <summary>It has read all there is.</summary>
    public bool IsAtEnd => Next >= world.Scenario.Media.Segments;

    /// <summary>Up to where it has read.</summary>
    public TimeSpan ReadTo => SegmentTime * Math.Max(0, Next);

    /// <summary>Segments that are known of what it may read.</summary>
    public int Known => node.Swarm.Records(VirtualStream.IdOf(FirstTrack)).Count;

    /// <summary>Neither reading nor at the end.</summary>
    public bool IsIdle => !_isReading && Next >= 0 && !IsAtEnd;

    private int FirstTrack => chooser is null ? world.Stream.AudioTrack : 0;

    private TimeSpan SegmentTime => world.Stream.SegmentTime;

    /// <summary>Goes on from another segment; what it was reading it leaves.</summary>
    public void MoveTo(int segment)
    {
        if (_isReading) node.Swarm.CloseReader(_number);
        _isReading = false;
        Next = segment;
    }

    /// <summary>The segment that it would ask for.</summary>
    /// <param name="buffered">Media of its kind that the player holds ahead of its playhead.</param>
    public SegmentRecord Coming(TimeSpan buffered) =>
        world.Stream.Records(chooser?.Choose(buffered) ?? FirstTrack)[Next];

    /// <summary>Asks for the next segment; false when nothing is known of it yet.</summary>
    /// <param name="number">Of this read, among all that the player ever does.</param>
    /// <param name="buffered">Media of its kind that the player holds ahead of its playhead.</param>
    public bool TryRead(uint number, TimeSpan buffered)
    {
        _track = chooser?.Choose(buffered) ?? FirstTrack;
        if (node.Swarm.Records(VirtualStream.IdOf(_track)).Count <= Next) return false;
        (_number, _since, _bytes) = (number, node.Clock.Now, 0);
        _isReading = node.Swarm.OpenReader(number, world.Stream.Records(_track)[Next].Id, _since);
        return true;
    }

    /// <summary>A block of what it reads has come, if it is its own.</summary>
    public void Take(uint number, Lease block)
    {
        if (_isReading && number == _number) _bytes += block.Length;
    }

    /// <summary>A segment has come whole; false when it is not what is being read.</summary>
    public bool TryComplete(uint number)
    {
        if (!_isReading || number != _number) return false;
        _isReading = false;
        world.Read.Add(_track, Next);
        log.Read(_bytes, world.Stream.BitsPerSecond(_track), SegmentTime, isVideo: chooser is not null);
        chooser?.Observe(_bytes, node.Clock.Now - _since);
        Next++;
        return true;
    }
}
