using P2PStream.Scheduling;
using static P2PStream.Testing.PickerMoves;

namespace P2PStream.Testing;

/// <summary>
/// Random events, and books that share nothing with the picker's: one owner, one outcome a
/// request, only what is advertised, never what is held, one second copy at most.
/// </summary>
internal sealed class PickerAudit(IBlockPicker picker, int seed)
{
    internal static readonly int[] Seeds = [1, 2, 3, 4, 5];
    private const int Events = 1_500;
    private const int MostSources = 8;
    private const int Capacity = 256;

    private readonly Random _random = new(seed);
    private readonly Dictionary<uint, Pick> _active = [];
    private readonly SortedSet<int> _sources = [];
    private readonly HashSet<(int Source, long Position)> _has = [];
    private readonly HashSet<long> _held = [];
    private TimeSpan _now = Start;
    private int _lane;

    internal void Run()
    {
        _lane = picker.OpenLane(new LaneOptions(Capacity));
        for (int i = 0; i < Events; i++)
        {
            Step();
            _now += TimeSpan.FromMilliseconds(_random.Next(60));
            picker.Tick(_now);
            TakeCancelled();
            while (picker.TryPick(_now, out Pick pick))
            {
                TakeCancelled();
                Audit(pick);
            }
            TakeCancelled();
        }
        picker.CloseLane(_lane, _now);
        TakeCancelled();
        Equal(0, _active.Count, "Every request has an outcome when its lane is closed.");
    }

    private void Step()
    {
        switch (_random.Next(8))
        {
            case 0: Append(); break;
            case 1: AddOrRemove(); break;
            case 2 or 3: Advertise(); break;
            case 4 or 5 or 6: End(); break;
            default: Slide(); break;
        }
    }

    private void Append()
    {
        int room = Capacity - (int)(picker.Tail(_lane) - picker.Head(_lane));
        int count = Math.Min(_random.Next(1, 20), room);
        TimeSpan deadline = _now + TimeSpan.FromMilliseconds(_random.Next(9_000));
        if (count > 0) picker.Append(_lane, count, deadline);
    }

    private void AddOrRemove()
    {
        if (_sources.Count < MostSources)
        {
            var profile = Peer with
            {
                Rate = _random.Next(0, 2_000_000),
                Salt = (ulong)_random.Next(),
            };
            int added = picker.AddSource(profile, _now);
            Require.That(_sources.Add(added), "A source has its own number.");
            return;
        }
        int source = _sources.ElementAt(_random.Next(_sources.Count));
        picker.RemoveSource(source, _now);
        _sources.Remove(source);
        _has.RemoveWhere(have => have.Source == source);
        foreach (Pick pick in _active.Values.Where(p => p.Source == source).ToArray())
            _active.Remove(pick.Ticket);
    }

    private void Advertise()
    {
        if (_sources.Count == 0) return;
        int source = _sources.ElementAt(_random.Next(_sources.Count));
        long head = picker.Head(_lane), tail = picker.Tail(_lane);
        long first = head + _random.Next(Capacity);
        int count = _random.Next(64);
        bool available = _random.Next(4) > 0;
        picker.Advertise(source, _lane, first, count, available, _now);
        for (long p = first; p < Math.Min(first + count, tail); p++)
        {
            if (available) _has.Add((source, p));
            else _has.Remove((source, p));
        }
    }

    private void End()
    {
        foreach (Pick pick in _active.Values.OrderBy(p => p.Ticket).Take(_random.Next(6)).ToArray())
        {
            if (!_active.Remove(pick.Ticket)) continue;
            if (_random.Next(10) == 0)
            {
                Require.That(
                    picker.Failed(pick.Ticket, FailureReason.NotAvailable, _now),
                    "It was in flight.");
                _has.Remove((pick.Source, pick.Position));
            }
            else
            {
                Require.That(picker.Delivered(pick.Ticket, BlockBytes, _now), "It was in flight.");
                _held.Add(pick.Position);
            }
            Require.That(!picker.Delivered(pick.Ticket, BlockBytes, _now), "It has ended.");
            TakeCancelled();
        }
    }

    private void Slide()
    {
        long head = picker.Head(_lane) + _random.Next(12);
        if (head > picker.Tail(_lane)) return;
        picker.Slide(_lane, head, _now);
        TakeCancelled();
        _has.RemoveWhere(have => have.Position < head);
        Require.That(
            _active.Values.All(p => p.Position >= head), "What slid out is no longer in flight.");
    }

    private void Audit(in Pick pick)
    {
        (int source, long position) = (pick.Source, pick.Position);
        Require.That(_has.Contains((source, position)), "Only what is advertised is asked for.");
        Require.That(!_held.Contains(position), "What is held is not asked for.");
        Pick[] copies = [.. _active.Values.Where(p => p.Position == position)];
        Equal(pick.IsHedge ? 1 : 0, copies.Length, "Copies in flight besides this one.");
        Require.That(copies.All(p => p.Source != source), "A second copy is another source's.");
        Require.That(_active.TryAdd(pick.Ticket, pick), "A ticket in flight is unique.");
        int outstanding = _active.Values.Count(p => p.Source == source);
        Equal(outstanding, picker.Estimate(source).Outstanding, "Requests in flight.");
        Require.That(outstanding <= Peer.WindowLimit, "The window limit is kept.");
    }

    private void TakeCancelled()
    {
        foreach (Cancellation cancelled in picker.TakeCancelled())
            Require.That(_active.Remove(cancelled.Ticket), "Only what is in flight is cancelled.");
    }
}
