using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>
/// Drives a scheduler with arbitrary events and checks every answer against plain book-keeping
/// that shares nothing with the scheduler's own.
/// </summary>
internal sealed class Auditor
{
    private const int LaneCount = 3;
    private const int Capacity = 128;

    private readonly SchedulerOptions _options;
    private readonly List<int> _lanes = [];
    private readonly List<int> _sources = [];
    private readonly Dictionary<uint, Pick> _active = [];
    private readonly List<uint> _ended = [];
    private readonly Dictionary<int, SourceProfile> _profiles = [];
    private readonly Dictionary<int, int> _limits = [];
    private readonly HashSet<(int Source, int Lane, long Position)> _has = [];
    private readonly HashSet<(int Source, int Lane, long Position)> _elected = [];
    private readonly HashSet<(int Lane, long Position)> _held = [];
    private readonly Dictionary<(int Lane, long Position), TimeSpan> _due = [];
    private long _deliveredBytes;
    private long _hedgeBytes;

    internal Auditor(SchedulerOptions? options = null)
    {
        _options = options ?? new SchedulerOptions();
        Scheduler = new DeadlineScheduler(_options);
        for (int i = 0; i < LaneCount; i++)
            _lanes.Add(Scheduler.OpenLane(new LaneOptions(Capacity, i % 2)));
    }

    internal DeadlineScheduler Scheduler { get; }

    internal TimeSpan Now { get; private set; } = Start;

    /// <summary>Everything that was decided, for replay.</summary>
    internal List<string> Log { get; } = [];

    internal int Picked { get; private set; }

    /// <summary>Applies one event.</summary>
    internal void Apply(SwarmEvent e)
    {
        int lane = _lanes[e.A % _lanes.Count];
        int source = _sources.Count == 0 ? -1 : _sources[e.B % _sources.Count];
        long position = Scheduler.Head(lane) + e.C % (Capacity + 1);
        int count = e.B % 40 + 1;
        switch (e.Op % SwarmEvent.Kinds)
        {
            case 0 or 1: Append(lane, e.B % 24, e.C); break;
            case 2: AddSource(e); break;
            case 3 when source >= 0 && e.A % 4 == 0: RemoveSource(source); break;
            case 4 or 5 or 6 when source >= 0:
                Advertise(source, lane, position - 20, e.A, true);
                break;
            case 7 when source >= 0: Advertise(source, lane, position, count, e.A < 128); break;
            case 8: Slide(lane, Math.Min(position, Scheduler.Tail(lane)), e.B % 3 != 0); break;
            case 9 when e.A % 8 == 0: Slide(lane, Scheduler.Tail(lane), false); break;
            case 10: Deliver(e.A % 4 + 1); break;
            case 11: Deliver(e.A % 16 + 1); break;
            case 12: Fail(e); break;
            case 13: SetDeadline(lane, position, count, e.A); break;
            case 14: Held(lane, position, e.B < 100); break;
            case 15: SourceNews(source, e); break;
        }
        Now += TimeSpan.FromMilliseconds(e.C % 4 == 0 ? e.B * 3 : e.B / 8);
        Drain();
        CheckBooks();
    }

    /// <summary>Ends everything and checks that nothing is left in flight.</summary>
    internal void Close()
    {
        foreach (int lane in _lanes) Scheduler.CloseLane(lane, Now);
        TakeCancelled();
        Assert.Empty(_active);
        Assert.All(_sources, s => Assert.Equal(0, Scheduler.Estimate(s).Outstanding));
        foreach (uint ticket in _ended)
            Assert.False(Scheduler.Failed(ticket, FailureReason.Busy, Now));
        Assert.False(Scheduler.TryPick(Now, out _));
    }

    /// <summary>
    /// Empties every lane; then what is wanted next is asked of a new source at once.
    /// </summary>
    internal void SeekAndAskAnew()
    {
        foreach (int lane in _lanes) Slide(lane, Scheduler.Tail(lane), false);
        Assert.Empty(_active);
        CheckBooks();
        foreach (int source in _sources.ToArray()) RemoveSource(source);
        const int Count = 3;
        AddSource(new SwarmEvent(2, 1, 200, 19));
        foreach (int lane in _lanes)
        {
            long first = Scheduler.Tail(lane);
            Append(lane, Count, 50);
            Advertise(_sources[0], lane, first, Count, true);
        }
        Drain();
        Assert.Equal(Count * LaneCount, _active.Count);
    }

    private void Append(int lane, int count, byte due)
    {
        long first = Scheduler.Tail(lane);
        if (first + count - Scheduler.Head(lane) > Capacity) return;
        TimeSpan deadline = Now + TimeSpan.FromMilliseconds(due * 60 - 500);
        Assert.Equal(first, Scheduler.Append(lane, count, deadline));
        for (int i = 0; i < count; i++) _due[(lane, first + i)] = deadline;
    }

    private void AddSource(SwarmEvent e)
    {
        if (_sources.Count == 12) return;
        var profile = new SourceProfile(
            e.A % 5 == 0 ? 1 : 0,
            e.A % 3 == 0 ? 0 : e.B * 5000.0,
            TimeSpan.FromMilliseconds(e.C / 2),
            e.C % 20 + 1,
            e.B);
        int source = Scheduler.AddSource(profile, Now);
        Assert.DoesNotContain(source, _sources);
        _sources.Add(source);
        _profiles[source] = profile;
        _limits[source] = profile.WindowLimit;
    }

    private void RemoveSource(int source)
    {
        Scheduler.RemoveSource(source, Now);
        _sources.Remove(source);
        _has.RemoveWhere(h => h.Source == source);
        _elected.RemoveWhere(h => h.Source == source);
        foreach (Pick pick in _active.Values.Where(p => p.Source == source).ToArray())
            EndedHere(pick.Ticket);
    }

    private void Advertise(int source, int lane, long first, int count, bool available)
    {
        Scheduler.Advertise(source, lane, first, count, available, Now);
        Scheduler.Elect(source, lane, first, count / 2, available && count % 3 == 0, Now);
        for (long p = first; p < first + count; p++)
        {
            if (p < Scheduler.Head(lane) || p >= Scheduler.Tail(lane)) continue;
            if (available) _has.Add((source, lane, p));
            else _has.Remove((source, lane, p));
            if (p >= first + count / 2) continue;
            if (available && count % 3 == 0) _elected.Add((source, lane, p));
            else _elected.Remove((source, lane, p));
        }
    }

    private void Slide(int lane, long head, bool far)
    {
        if (far) head = Math.Min(head, Scheduler.Head(lane) + 10);
        Scheduler.Slide(lane, head, Now);
        Assert.True(Scheduler.Head(lane) >= head);
        TakeCancelled();
        _has.RemoveWhere(h => h.Lane == lane && h.Position < head);
        _elected.RemoveWhere(h => h.Lane == lane && h.Position < head);
        Assert.DoesNotContain(_active.Values, p => p.Lane == lane && p.Position < head);
    }

    private void Deliver(int count)
    {
        foreach (Pick pick in _active.Values.OrderBy(p => p.Ticket).Take(count).ToArray())
        {
            if (!_active.ContainsKey(pick.Ticket)) continue;
            Assert.True(Scheduler.Delivered(pick.Ticket, Block, Now));
            _deliveredBytes += Block;
            EndedHere(pick.Ticket);
            _held.Add((pick.Lane, pick.Position));
            TakeCancelled();
            Assert.DoesNotContain(
                _active.Values, p => (p.Lane, p.Position) == (pick.Lane, pick.Position));
        }
        if (_ended.Count == 0) return;
        Assert.False(Scheduler.Delivered(_ended[count % _ended.Count], Block, Now));
    }

    private void Fail(SwarmEvent e)
    {
        if (_active.Count == 0) return;
        Pick pick = _active.Values.OrderBy(p => p.Ticket).ElementAt(e.A % _active.Count);
        var reason = (FailureReason)(e.B % 3);
        Assert.True(Scheduler.Failed(pick.Ticket, reason, Now));
        if (reason != FailureReason.Busy) _has.Remove((pick.Source, pick.Lane, pick.Position));
        EndedHere(pick.Ticket);
    }

    private void SetDeadline(int lane, long first, int count, byte due)
    {
        TimeSpan deadline = Now + TimeSpan.FromMilliseconds(due * 50);
        Scheduler.SetDeadline(lane, first, count, deadline);
        for (long p = first; p < first + count && p < Scheduler.Tail(lane); p++)
            _due[(lane, p)] = deadline;
    }

    private void Held(int lane, long position, bool held)
    {
        Scheduler.SetHeld(lane, position, held, Now);
        if (position < Scheduler.Head(lane) || position >= Scheduler.Tail(lane)) return;
        if (held) _held.Add((lane, position));
        else _held.Remove((lane, position));
    }

    private void SourceNews(int source, SwarmEvent e)
    {
        if (source < 0) return;
        if (e.A % 2 == 0) Scheduler.Measured(source, TimeSpan.FromMilliseconds(e.C));
        else Scheduler.SetWindowLimit(source, _limits[source] = e.C % 16);
    }

    private void Drain()
    {
        Scheduler.Tick(Now);
        TakeCancelled();
        while (true)
        {
            bool picked = Scheduler.TryPick(Now, out Pick pick);
            TakeCancelled();
            if (!picked) break;
            Audit(pick);
            _active.Add(pick.Ticket, pick);
            Picked++;
        }
        CheckWorkConservation();
    }

    private void Audit(Pick pick)
    {
        Log.Add($"{Now.Ticks} {pick}");
        (int Lane, long Position) block = (pick.Lane, pick.Position);
        Assert.InRange(pick.Position, Scheduler.Head(pick.Lane), Scheduler.Tail(pick.Lane) - 1);
        Assert.Equal(_due[block], pick.Deadline);
        Assert.DoesNotContain(block, _held);
        Assert.Contains((pick.Source, pick.Lane, pick.Position), _has);
        Pick[] copies = [.. _active.Values.Where(p => (p.Lane, p.Position) == block)];
        Assert.Equal(pick.IsHedge ? 1 : 0, copies.Length);
        Assert.DoesNotContain(copies, p => p.Source == pick.Source);
        if (pick.IsHedge) _hedgeBytes += Block;
        Assert.True(
            _hedgeBytes <= _options.HedgeAllowance * Block + _options.HedgeShare * _deliveredBytes,
            $"{_hedgeBytes} bytes of second copies after {_deliveredBytes}");
        SourceEstimate estimate = Scheduler.Estimate(pick.Source);
        int outstanding = _active.Values.Count(p => p.Source == pick.Source) + 1;
        Assert.Equal(outstanding, estimate.Outstanding);
        Assert.InRange(outstanding, 1, Math.Min(estimate.Window, _limits[pick.Source]));
        Assert.True(_active.Count < _options.OutstandingLimit);
    }

    /// <summary>
    /// A wanted block whose every holder has room would be asked of the best of them.
    /// </summary>
    private void CheckWorkConservation()
    {
        if (_active.Count >= _options.OutstandingLimit) return;
        var asked = _active.Values.Select(p => (p.Lane, p.Position)).ToHashSet();
        foreach (var block in _has.Select(h => (h.Lane, h.Position)).Distinct())
        {
            if (_held.Contains(block) || asked.Contains(block)) continue;
            int[] holders = [.. _sources.Where(
                s => _has.Contains((s, block.Lane, block.Position)) && _limits[s] > 0)];
            int[] peers = [.. holders.Where(s => _profiles[s].Price == 0)];
            int[] elected = [.. holders.Where(s => _profiles[s].Price > 0
                && _elected.Contains((s, block.Lane, block.Position)))];
            Assert.False(peers.Length > 0 && peers.All(HasRoom), $"{block} of {peers.Length} idle");
            bool choked = _sources.Any(s => _limits[s] == 0);
            Assert.False(
                !choked && peers.Length == 0 && elected.Any(HasRoom), $"{block} elected, idle");
        }
    }

    private bool HasRoom(int source) => Scheduler.HasCalmRoom(source);

    private void CheckBooks()
    {
        foreach (int source in _sources)
        {
            Assert.Equal(
                _active.Values.Count(p => p.Source == source),
                Scheduler.Estimate(source).Outstanding);
        }
        if (_active.Count > 0) Assert.NotNull(Scheduler.NextWakeUp);
    }

    private void TakeCancelled()
    {
        while (Scheduler.TryTakeCancelled(out Cancellation cancelled))
        {
            Log.Add($"{Now.Ticks} {cancelled}");
            Assert.True(_active.ContainsKey(cancelled.Ticket), "cancelled, but had ended");
            Assert.Equal(_active[cancelled.Ticket].Source, cancelled.Source);
            EndedHere(cancelled.Ticket);
        }
    }

    private void EndedHere(uint ticket)
    {
        Assert.True(_active.Remove(ticket), "ended twice");
        _ended.Add(ticket);
    }
}
