using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <summary>
/// The origin as one more source, with a price. Owns its place in the picker, the runs of blocks
/// being fetched and when it may be used at all.
/// </summary>
internal sealed class OriginFetcher(SwarmState state, PlaybackWindow window)
{
    /// <summary>Blocks asked for at most: 1 MiB, so that one request carries a run, not a block.</summary>
    private const int MostOutstanding = 64;

    /// <summary>Nothing is known of an origin's rate: all its clients share it.</summary>
    private static readonly SourceProfile Profile =
        new(Price: 1, Rate: 0, TimeSpan.FromMilliseconds(50), MostOutstanding, Salt: 0);

    /// <summary>Who was not elected leaves a segment to who was, as long as it grows: with a scarce origin
    /// all are late, and each that steps in makes the others later.</summary>
    private static readonly TimeSpan NeglectedAfter = TimeSpan.FromSeconds(1);

    /// <summary>A segment that is due so soon has the origin for itself: what is fetched beside it would
    /// take from the rate that it needs.</summary>
    private static readonly TimeSpan AloneBefore = TimeSpan.FromSeconds(4);

    /// <summary>Blocks of such a segment that may still be missing when the next one's turn comes: on their
    /// way already, as a rule, so that the origin does not fall idle between the two.</summary>
    private const int OnTheirWay = 2;

    /// <summary>What peers have of a segment that is newly wanted is known by then.</summary>
    private static readonly TimeSpan NewsPatience = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(16);

    /// <summary>How long an origin whose bytes did not verify is left alone.</summary>
    private static readonly TimeSpan DistrustFor = TimeSpan.FromSeconds(30);

    private readonly List<Planned> _planned = [];
    private readonly Dictionary<uint, List<uint>> _runs = [];
    private readonly Dictionary<uint, uint> _runOf = [];
    private int _source = -1;
    private uint _lastRun;
    private int _failures;
    private int _fullWindow;
    private bool _distrusted;
    private TimeSpan _notBefore = TimeSpan.MinValue;

    public bool IsActive => _source >= 0;

    public TimeSpan? NextWakeUp => !IsActive && _notBefore > TimeSpan.Zero ? _notBefore : null;

    /// <summary>Joins the picker when it may, and elects who fetches what.</summary>
    public void Advance(bool mayStart, TimeSpan now)
    {
        if (_distrusted)
        {
            _distrusted = false;
            Suspend(DistrustFor, now);
        }

        if (!IsActive)
        {
            if (!mayStart || now < _notBefore || !state.Options.UseOrigin) return;
            _source = state.Picker.AddSource(Profile, now);
        }

        foreach (var lane in window.Lanes) Advance(lane, now);
    }

    /// <summary>Keeps runs long: nothing new is asked for until half of the window is free, since a
    /// request for every block that arrives would be a request for every block.</summary>
    public void Throttle()
    {
        if (!IsActive) return;
        var outstanding = _runOf.Count;
        var window = state.Picker.Estimate(_source).Window;
        if (_fullWindow < window || outstanding == 0) _fullWindow = window;
        var mayRefill = outstanding <= _fullWindow / 2;
        state.Picker.SetWindowLimit(_source, mayRefill ? MostOutstanding : Math.Max(1, outstanding));
    }

    /// <summary>Plans a block that the picker chose for the origin; takes over the lease.</summary>
    public void Add(LaneEntry entry, int index, uint ticket, Lease lease) =>
        _planned.Add(new Planned(entry, index, ticket, lease));

    /// <summary>Turns what was planned into as few requests as there are runs.</summary>
    public void Flush()
    {
        _planned.Sort(static (a, b) =>
        {
            var order = a.Entry.Segment.Id.CompareTo(b.Entry.Segment.Id);
            if (order == 0) order = a.Entry.Part.CompareTo(b.Entry.Part);
            return order == 0 ? a.Index.CompareTo(b.Index) : order;
        });
        var first = 0;
        for (var i = 1; i <= _planned.Count; i++)
        {
            if (i < _planned.Count && _planned[i].Entry == _planned[first].Entry
                && _planned[i].Index == _planned[i - 1].Index + 1) continue;
            Emit(first, i);
            first = i;
        }

        _planned.Clear();
    }

    /// <summary>The picker gave a block up; a run nobody waits for any more is cancelled.</summary>
    public void Cancel(uint ticket)
    {
        var planned = _planned.FindIndex(block => block.Ticket == ticket);
        if (planned >= 0)
        {
            _planned[planned].Lease.Release();
            _planned.RemoveAt(planned);
            return;
        }

        if (!_runOf.Remove(ticket, out var number) || !_runs.TryGetValue(number, out var run)) return;
        run.Remove(ticket);
        if (run.Count > 0) return;
        _runs.Remove(number);
        state.Emit(new SwarmEffect { Kind = SwarmEffectKind.CancelOrigin, Number = number });
    }

    /// <summary>A block of a run arrived.</summary>
    public void Arrived(uint ticket)
    {
        _failures = 0;
        if (!_runOf.Remove(ticket, out var number) || !_runs.TryGetValue(number, out var run)) return;
        run.Remove(ticket);
        if (run.Count == 0) _runs.Remove(number);
    }

    /// <summary>A run failed: its blocks go back, the origin is left alone for a while.</summary>
    /// <returns>The tickets that will not be answered.</returns>
    public IReadOnlyList<uint> Failed(uint number, TimeSpan now)
    {
        if (!_runs.Remove(number, out var run)) return [];
        foreach (var ticket in run) _runOf.Remove(ticket);
        var wait = FirstBackOff * Math.Pow(2, Math.Min(_failures++, 8));
        Suspend(wait < LongestBackOff ? wait : LongestBackOff, now);
        return run;
    }

    /// <summary>Its bytes did not verify.</summary>
    public void Distrust() => _distrusted = true;

    private void Suspend(TimeSpan wait, TimeSpan now)
    {
        _notBefore = now + wait;
        if (!IsActive) return;
        state.Picker.RemoveSource(_source, now);
        _source = -1;
        foreach (var number in _runs.Keys.Order().ToArray())
            state.Emit(new SwarmEffect { Kind = SwarmEffectKind.CancelOrigin, Number = number });
        _runs.Clear();
        _runOf.Clear();
        foreach (var lane in window.Lanes)
            foreach (var entry in lane.Entries) entry.Elected = entry.IsOffered = false;
    }

    /// <summary>Goes through a lane in play order: a segment's turn at the origin comes when enough of what
    /// precedes it exists, so that a scarce origin fills one segment after another.</summary>
    private void Advance(TrackLane lane, TimeSpan now)
    {
        var isLast = false;
        foreach (var entry in lane.Entries)
        {
            if (!entry.IsDue)
            {
                entry.IsDue = true;
                entry.LastProgress = now;
            }

            Elect(lane, entry, now);
            if (entry.SeenBlocks == entry.Blocks) continue;
            if (isLast || !MayBeFollowed(entry, now)) break;
            isLast = true;
        }
    }

    /// <summary>Half of it exists; nearly all of it if the player reaches it soon.</summary>
    private bool MayBeFollowed(LaneEntry entry, TimeSpan now) =>
        window.Deadline(entry.Segment.Record) - now > AloneBefore
            ? entry.SeenBlocks * 2 >= entry.Blocks
            : entry.Blocks - entry.SeenBlocks <= OnTheirWay;

    private void Elect(TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        if (entry.Segment.Record.OriginUri.Length == 0 || entry.Segment.IsComplete) return;
        var elected = MayTake(entry, now);
        var offered = elected || now - entry.LastProgress > NeglectedAfter;
        if (offered != entry.IsOffered)
        {
            entry.IsOffered = offered;
            state.Picker.Advertise(
                _source, lane.Lane, entry.First, entry.Blocks, available: offered, now);
        }

        if (elected == entry.Elected) return;
        entry.Elected = elected;
        state.Picker.Elect(_source, lane.Lane, entry.First, entry.Blocks, elected, now);
    }

    private bool MayTake(LaneEntry entry, TimeSpan now)
    {
        var id = entry.Segment.Id;
        var self = state.Options.Self;
        if (entry.SeenBlocks == 0 || now - entry.LastProgress > NeglectedAfter)
            return (entry.Elected || !IsNews(entry, now))
                && OriginElection.IsElected(self, state.Peers, id);

        // Who is at work goes on: whoever joins, or moves its window, meanwhile would fetch what is on its way.
        // Of two that are at work the one with the lower rank is.
        var isAlone = entry.LowestFetcher == ulong.MaxValue;
        return entry.Elected
            && (isAlone || (entry.IsFetchedHere && OriginElection.Rank(self, id) < entry.LowestFetcher));
    }

    /// <summary>Peers tell what they have of a segment once they know that it is wanted here. What the player
    /// reaches soon does not wait for that.</summary>
    private bool IsNews(LaneEntry entry, TimeSpan now) =>
        state.Peers.Count > 0 && now - entry.WantedAt < NewsPatience
        && window.Deadline(entry.Segment.Record) - now > AloneBefore;

    private void Emit(int first, int end)
    {
        if (first >= end) return;
        var blocks = new OriginBlock[end - first];
        var tickets = new List<uint>(blocks.Length);
        for (var i = first; i < end; i++)
        {
            blocks[i - first] = new OriginBlock(_planned[i].Ticket, _planned[i].Lease);
            tickets.Add(_planned[i].Ticket);
        }

        var entry = _planned[first].Entry;
        var number = ++_lastRun;
        _runs.Add(number, tickets);
        foreach (var ticket in tickets) _runOf.Add(ticket, number);
        state.Counters.OriginRequests++;
        state.Emit(new SwarmEffect
        {
            Kind = SwarmEffectKind.FetchOrigin,
            Number = number,
            Run = new OriginRun(
                number, entry.Segment.Record, OffsetOf(entry, _planned[first].Index), blocks),
        });
    }

    private static long OffsetOf(LaneEntry entry, int index)
    {
        long offset = (long)index * ContentLimits.BlockBytes;
        for (var part = 0; part < entry.Part; part++)
            offset += entry.Segment.Parts[part].Digest.Length;
        return offset;
    }

    private readonly record struct Planned(LaneEntry Entry, int Index, uint Ticket, Lease Lease);
}
