using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <summary>The lanes that are open at the picker. Owns how many there are and how large; decides nothing of
/// what is in them.</summary>
internal sealed class LaneRack(SwarmState state)
{
    /// <summary>Lanes at once: half of what a picker has, so that reaching this is nobody's error.</summary>
    public const int MostLanes = SchedulerLimits.Lanes / 2;

    /// <summary>Blocks in a lane's ring, as long as no segment needs more: at least 8 MiB, and at most
    /// 128 MiB.</summary>
    public const int FewestSlots = 512;

    /// <inheritdoc cref="FewestSlots"/>
    public const int MostSlots = 8192;

    /// <summary>A lane that nobody reads, and nobody has asked anything of for so long, is closed: subtitles
    /// that were switched off are not fetched to their end.</summary>
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(5);

    /// <summary>By track.</summary>
    private readonly List<TrackLane> _lanes = [];
    private readonly Dictionary<int, TrackLane> _byNumber = [];

    public List<TrackLane> Lanes => _lanes;

    /// <summary>Twice what is fetched ahead: what is passed stays in the ring until its head has passed
    /// it. A slot costs 30 bytes, and words that every decision looks at.</summary>
    private int UsualSlots { get; } = (int)Math.Clamp(
        2 * state.Options.PrefetchBytes / ContentLimits.BlockBytes, FewestSlots, MostSlots);

    public int Count => _lanes.Count;

    public bool IsFull => _lanes.Count >= MostLanes;

    public TrackLane? Find(ushort track)
    {
        foreach (var lane in _lanes)
            if (lane.Track.Id == track) return lane;
        return null;
    }

    public TrackLane? ByNumber(int number) => _byNumber.GetValueOrDefault(number);

    /// <summary>True when a track has a lane, or one may be opened or closed for it.</summary>
    public bool HasRoomFor(ushort track) =>
        !IsFull || Find(track) is not null || LeastNeeded() is not null;

    public static bool IsIdle(TrackLane lane, TimeSpan now) =>
        now - lane.LastRead > IdleAfter && !lane.IsRead;

    /// <summary>The lane longest unread of those that nobody reads.</summary>
    public TrackLane? LeastNeeded()
    {
        TrackLane? least = null;
        foreach (var lane in _lanes)
            if (!lane.IsRead && (least is null || lane.LastRead < least.LastRead)) least = lane;
        return least;
    }

    public TrackLane Open(TrackDescription track, SegmentRecord first, TimeSpan now)
    {
        var slots = Math.Max(UsualSlots, first.Blocks());
        var lane = new TrackLane(track, OpenAtPicker(track, slots), slots)
        {
            Next = first.Id.Sequence,
            LastRead = now,
        };
        lane.MoveTo(first.Id.Sequence, now);
        var place = 0;
        while (place < _lanes.Count && _lanes[place].Track.Id < track.Id) place++;
        _lanes.Insert(place, lane);
        _byNumber.Add(lane.Lane, lane);
        return lane;
    }

    public void Close(TrackLane lane, TimeSpan now)
    {
        state.Picker.CloseLane(lane.Lane, now);
        foreach (var entry in lane.Entries) entry.Segment.Wanted = false;
        _lanes.Remove(lane);
        _byNumber.Remove(lane.Lane);
    }

    /// <summary>Slots that are in use.</summary>
    public int Used(TrackLane lane) =>
        (int)(state.Picker.Tail(lane.Lane) - state.Picker.Head(lane.Lane));

    /// <summary>Makes a lane larger, and empty; its requests in flight are given up.</summary>
    /// <returns>False when no lane is that large: what is in it must be read first.</returns>
    public bool TryGrow(TrackLane lane, int slots, TimeSpan now)
    {
        if (slots > SchedulerLimits.LaneCapacity) return false;
        state.Picker.CloseLane(lane.Lane, now);
        _byNumber.Remove(lane.Lane);
        lane.Move(OpenAtPicker(lane.Track, slots), slots);
        _byNumber.Add(lane.Lane, lane);
        return true;
    }

    private int OpenAtPicker(TrackDescription track, int slots)
    {
        var priority = track.Kind is TrackKind.Video or TrackKind.File ? 1 : 0;
        return state.Picker.OpenLane(new LaneOptions(slots, priority));
    }
}
