using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <summary>
/// The origin as one more source, with a price. Owns its place in the picker, the runs of blocks
/// being fetched and when it may be used at all; <see cref="OriginTurns"/> says for what.
/// </summary>
internal sealed class OriginFetcher(SwarmState state, PlaybackWindow window)
{
    /// <summary>Blocks asked for at most: 1 MiB, so that one request carries a run, not a block.</summary>
    private const int MostOutstanding = 64;

    /// <summary>Nothing is known of an origin's rate: all its clients share it.</summary>
    private static readonly SourceProfile Profile =
        new(Price: 1, Rate: 0, TimeSpan.FromMilliseconds(50), MostOutstanding, Salt: 0);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(16);

    /// <summary>How long an origin whose bytes did not verify is left alone.</summary>
    private static readonly TimeSpan DistrustFor = TimeSpan.FromSeconds(30);

    private readonly OriginTurns _turns = new(state, window);
    private readonly List<Planned> _planned = [];
    private readonly Dictionary<uint, Run> _runs = [];
    private readonly List<uint> _givenUp = [];
    private readonly Dictionary<uint, uint> _runOf = [];
    private int _source = -1;
    private uint _lastRun;
    private int _failures;
    private int _fullWindow;
    private bool _distrusted;
    private bool _toldAtRest;
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
            state.IsOriginAtRest = false;
        }

        _turns.Advance(_source, now);
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
    public void Add(
        LaneEntry entry, int index, uint ticket, Lease lease, SupplyReason reason, TimeSpan now)
    {
        entry.Turn.Ask(now);
        state.Counters.OriginReasons.Add(reason);
        _planned.Add(new Planned(entry, index, ticket, lease, reason));
    }

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
        run.Tickets.Remove(ticket);
        if (run.Tickets.Count > 0) return;
        _runs.Remove(number);
        state.Emit(new SwarmEffect { Kind = SwarmEffectKind.CancelOrigin, Number = number });
    }

    /// <summary>A block of a run arrived.</summary>
    public void Arrived(uint ticket)
    {
        _failures = 0;
        if (!_runOf.Remove(ticket, out var number) || !_runs.TryGetValue(number, out var run)) return;
        run.Tickets.Remove(ticket);
        if (run.Tickets.Count == 0) _runs.Remove(number);
    }

    /// <summary>A run failed: its blocks go back, and the segment or the origin is left alone for a
    /// while.</summary>
    /// <returns>The tickets of that run, which will not be answered.</returns>
    public IReadOnlyList<uint> Failed(uint number, bool isMissing, TimeSpan now)
    {
        if (!_runs.Remove(number, out var run)) return [];
        foreach (var ticket in run.Tickets) _runOf.Remove(ticket);
        if (isMissing)
        {
            run.Entry.Turn.Miss(now);
            return run.Tickets;
        }

        var wait = FirstBackOff * Math.Pow(2, Math.Min(_failures++, 8));
        Suspend(wait < LongestBackOff ? wait : LongestBackOff, now);
        return run.Tickets;
    }

    /// <summary>Takes the tickets of runs that were given up since it was last called.</summary>
    public uint[] TakeGivenUp()
    {
        if (_givenUp.Count == 0) return [];
        uint[] taken = [.. _givenUp];
        _givenUp.Clear();
        return taken;
    }

    /// <summary>True when what peers were told of our use of the origin is no longer so.</summary>
    public bool TryTakeNews()
    {
        if (_toldAtRest == state.IsOriginAtRest) return false;
        _toldAtRest = state.IsOriginAtRest;
        return true;
    }

    /// <summary>Its bytes did not verify.</summary>
    public void Distrust() => _distrusted = true;

    private void Suspend(TimeSpan wait, TimeSpan now)
    {
        _notBefore = now + wait;
        state.IsOriginAtRest = true;
        if (!IsActive) return;
        state.Picker.RemoveSource(_source, now);
        _source = -1;
        foreach (var (number, run) in _runs.OrderBy(each => each.Key))
        {
            _givenUp.AddRange(run.Tickets);
            state.Emit(new SwarmEffect { Kind = SwarmEffectKind.CancelOrigin, Number = number });
        }

        _runs.Clear();
        _runOf.Clear();
        _turns.Reset();
    }

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
        _runs.Add(number, new Run(entry, tickets));
        foreach (var ticket in tickets) _runOf.Add(ticket, number);
        state.Counters.OriginRequests++;
        state.Emit(new SwarmEffect
        {
            Kind = SwarmEffectKind.FetchOrigin,
            Number = number,
            Reason = _planned[first].Reason,
            Run = new OriginRun(
                number, entry.Segment.Record, OffsetOf(entry, _planned[first].Index), blocks)
            {
                FirstBlock = entry.Block(_planned[first].Index),
            },
        });
    }

    private static long OffsetOf(LaneEntry entry, int index)
    {
        long offset = (long)index * ContentLimits.BlockBytes;
        for (var part = 0; part < entry.Part; part++)
            offset += entry.Segment.Parts[part].Digest.Length;
        return offset;
    }

    private readonly record struct Run(LaneEntry Entry, List<uint> Tickets);

    private readonly record struct Planned(
        LaneEntry Entry, int Index, uint Ticket, Lease Lease, SupplyReason Reason);
}
