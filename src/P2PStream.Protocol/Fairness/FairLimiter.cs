using System.Runtime.InteropServices;

namespace P2PStream.Protocol;

/// <summary>
/// Shares one rate among links: first among neighbourhoods, then among the links of each, a block a
/// round, and within a round whoever's block is due first. Owns the budgets and who waits; moves no
/// bytes. Sans-IO, one caller at a time.
/// </summary>
/// <remarks>
/// <para>Invariant: while anybody waits, what is left in the budget is less than the next in turn
/// needs. So nothing is lost while somebody wants it, as long as <see cref="Tick"/> comes within
/// <see cref="Burst"/>.</para>
/// <para>Whoever waits must be able to take at once: who is busy withdraws, and so a slow link holds
/// nothing that others could use.</para>
/// </remarks>
public sealed class FairLimiter
{
    /// <summary>Lowest rate in bytes per second, one block a second: with less no block would come in
    /// time.</summary>
    public const long LowestRate = ContentLimits.BlockBytes;

    /// <summary>Highest rate in bytes per second: 64 GiB/s.</summary>
    public const long HighestRate = 1L << 36;

    /// <summary>What a turn gives, in bytes: the frame of a whole block.</summary>
    public const int Quantum = FrameReader.DataPrefix + ContentLimits.BlockBytes;

    /// <summary>How much of the rate may go at once after a pause, beside one block. Also how late a
    /// wake-up may come without a loss.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(40);

    /// <summary>Instead of <see cref="Burst"/> while <see cref="IsUrgent"/>: what stands in the uplink
    /// before a request of ours is a block and this much.</summary>
    public static readonly TimeSpan UrgentBurst = TimeSpan.FromMilliseconds(4);

    /// <summary>A stream's own budget fills up while its links wait for their turn at the common one:
    /// with room for one block only, it would lose what comes in meanwhile.</summary>
    private const int StreamBlocks = 2;

    private readonly RateBudget _budget = new(blocks: 1);
    private readonly Dictionary<StreamId, RateBudget> _streams = [];
    private readonly Dictionary<UInt128, FairGroup> _groups = [];
    private readonly List<FairGroup> _waiting = [];
    private readonly Queue<FairLink> _ready = new();
    private long _round = 1;

    /// <summary>Bytes per second of all links together; null: no limit.</summary>
    public long? Rate => _budget.Rate;

    /// <summary>True while our own player needs blocks soon, see <see cref="SetUrgent"/>.</summary>
    public bool IsUrgent { get; private set; }

    /// <summary>True when there is any limit at all: otherwise nobody needs to ask.</summary>
    public bool IsLimiting => _budget.Rate is not null || _streams.Count > 0;

    /// <summary>True when <see cref="TryTakeReady"/> may name somebody.</summary>
    public bool IsAnyReady => _ready.Count > 0;

    /// <summary>When <see cref="Tick"/> must next be called; null when nobody waits.</summary>
    public TimeSpan? NextWakeUp { get; private set; }

    /// <summary>Sets the limit of all links together.</summary>
    /// <param name="bytesPerSecond"><see cref="LowestRate"/> to <see cref="HighestRate"/>; null: none.</param>
    /// <param name="now">The present.</param>
    public void SetRate(long? bytesPerSecond, TimeSpan now)
    {
        _budget.SetRate(bytesPerSecond, now);
        Tick(now);
    }

    /// <summary>Sets a stream's own limit, which holds within that of all.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="bytesPerSecond"><see cref="LowestRate"/> to <see cref="HighestRate"/>; null: none.</param>
    /// <param name="now">The present.</param>
    public void SetRate(StreamId stream, long? bytesPerSecond, TimeSpan now)
    {
        if (bytesPerSecond is null)
        {
            _streams.Remove(stream);
        }
        else
        {
            ref var budget = ref CollectionsMarshal.GetValueRefOrAddDefault(_streams, stream, out _);
            budget ??= new RateBudget(StreamBlocks);
            budget.SetRate(bytesPerSecond, now);
        }

        foreach (var group in _waiting)
            foreach (var link in group.Waiting)
                foreach (var flow in link.Flows)
                    if (flow.Stream == stream) flow.Budget = _streams.GetValueOrDefault(stream);
        Tick(now);
    }

    /// <summary>Makes blocks give way, or no longer: with <see cref="UrgentBurst"/> a request of our own
    /// never finds a heap of them before it. The rate stays, or swarms in which all are in a hurry would
    /// starve each other.</summary>
    public void SetUrgent(bool isUrgent, TimeSpan now)
    {
        if (isUrgent == IsUrgent) return;
        IsUrgent = isUrgent;
        _budget.SetBurst(isUrgent ? UrgentBurst : Burst, now);
    }

    /// <summary>Gives a link its place.</summary>
    /// <param name="owner">Whose it is; comes back as <see cref="FairLink.Owner"/>.</param>
    /// <param name="neighbourhood">With whom it shares; zero: with nobody.</param>
    public FairLink Add(object owner, UInt128 neighbourhood)
    {
        ArgumentNullException.ThrowIfNull(owner);
        FairGroup? group = null;
        if (neighbourhood != 0 && !_groups.TryGetValue(neighbourhood, out group))
            _groups.Add(neighbourhood, group = new FairGroup(neighbourhood));
        group ??= new FairGroup(0);
        group.Links++;
        return new FairLink(owner, group);
    }

    /// <summary>Takes a link's place from it, with all that it had been given.</summary>
    public void Remove(FairLink link, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(link);
        if (link.IsRemoved) return;
        Withdraw(link, now);
        link.IsRemoved = true;
        if (--link.Group.Links == 0) _groups.Remove(link.Group.Neighbourhood);
    }

    /// <summary>Takes a block's bytes if it is the link's turn. Otherwise it waits, until
    /// <see cref="TryTakeReady"/> names it: then it asks again.</summary>
    /// <param name="link">Who asks; it could write the block at once.</param>
    /// <param name="stream">The block's stream.</param>
    /// <param name="bytes">The block's frame, at most <see cref="Quantum"/>.</param>
    /// <param name="wanted">With this block, what the link could write now.</param>
    /// <param name="deadline">When the block is due.</param>
    /// <param name="now">The present.</param>
    public bool TryTake(
        FairLink link, StreamId stream, int bytes, int wanted, TimeSpan deadline, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Quantum);
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, bytes);
        if (link.IsRemoved) throw new InvalidOperationException("The link has been removed.");
        var flow = link.Flow(stream);
        if (flow.Granted < bytes)
        {
            if (flow.IsWaiting && flow.Wanted == wanted && flow.Deadline == deadline) return false;
            flow.Budget = _streams.GetValueOrDefault(stream);
            flow.Needed = bytes;
            flow.Wanted = wanted;
            flow.Deadline = deadline;
            Enlist(link);
            Distribute(now, asking: link);
        }

        if (flow.Granted < bytes) return false;
        flow.Granted -= bytes;
        flow.Needed = 0;
        flow.Wanted = Math.Max(flow.Granted, flow.Wanted - bytes);
        return true;
    }

    /// <summary>The link waits no longer: it is busy, or has nothing to send. What it had been given goes
    /// to others.</summary>
    public void Withdraw(FairLink link, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(link);
        link.IsReady = false;
        var left = 0;
        foreach (var flow in link.Flows)
        {
            left += flow.Granted;
            flow.Budget?.GiveBack(flow.Granted);
            flow.Granted = flow.Wanted = 0;
        }

        _budget.GiveBack(left);
        Delist(link);
        if (left > 0) Distribute(now, asking: null);
    }

    /// <summary>Counts bytes that nobody asks for and nobody holds back: control frames. At most half of
    /// the rate is kept from blocks on their account.</summary>
    public void Charge(long bytes, TimeSpan now) => _budget.Charge(bytes, now);

    /// <summary>Gives back bytes that were taken and, as it turns out, never moved.</summary>
    public void GiveBack(StreamId stream, int bytes, TimeSpan now)
    {
        _budget.GiveBack(bytes);
        if (_streams.TryGetValue(stream, out var budget)) budget.GiveBack(bytes);
        Distribute(now, asking: null);
    }

    /// <summary>Takes a link whose turn has come while it waited.</summary>
    public bool TryTakeReady(out FairLink? link)
    {
        while (_ready.TryDequeue(out link))
        {
            if (!link.IsReady) continue;
            link.IsReady = false;
            return true;
        }

        return false;
    }

    /// <summary>Lets time pass.</summary>
    public void Tick(TimeSpan now) => Distribute(now, asking: null);

    /// <summary>Gives out what is there.</summary>
    /// <param name="now">The present.</param>
    /// <param name="asking">Who need not be told.</param>
    private void Distribute(TimeSpan now, FairLink? asking)
    {
        NextWakeUp = null;
        while (Next(now) is { } flow)
        {
            var step = flow.Step;
            if (!_budget.Has(step, now))
            {
                NextWakeUp = _budget.WhenHas(step);
                break;
            }

            _budget.Take(step);
            flow.Budget?.Take(step);
            flow.Granted += step;
            var link = flow.Link;
            link.Credit.Take(step);
            link.Group.Credit.Take(step);
            if (link != asking && !link.IsReady)
            {
                link.IsReady = true;
                _ready.Enqueue(link);
            }

            if (!link.Flows.Exists(static other => other.IsWaiting)) Delist(link);
        }

        if (_streams.Count > 0) WakeForStreams(now);
    }

    /// <summary>Those that wait for their stream's own budget must be looked at, too.</summary>
    private void WakeForStreams(TimeSpan now)
    {
        foreach (var group in _waiting)
        {
            foreach (var link in group.Waiting)
            {
                foreach (var flow in link.Flows)
                {
                    if (!flow.IsWaiting || flow.IsServable(now)) continue;
                    var at = flow.Budget!.WhenHas(flow.Step);
                    if (!(at >= NextWakeUp)) NextWakeUp = at;
                }
            }
        }
    }

    private FairFlow? Next(TimeSpan now)
    {
        while (true)
        {
            FairFlow? best = null;
            var isAnyServable = false;
            foreach (var group in _waiting)
            {
                if (group.Next(now) is not { } flow) continue;
                isAnyServable = true;
                if (group.Credit.IsLeft(_round) && !(flow.Deadline >= best?.Deadline)) best = flow;
            }

            if (best is not null || !isAnyServable) return best;
            _round++;
        }
    }

    private void Enlist(FairLink link)
    {
        if (link.IsListed) return;
        link.IsListed = true;
        if (link.Group.Waiting.Count == 0) _waiting.Add(link.Group);
        link.Group.Waiting.Add(link);
    }

    private void Delist(FairLink link)
    {
        if (!link.IsListed) return;
        link.IsListed = false;
        link.Group.Waiting.Remove(link);
        if (link.Group.Waiting.Count == 0) _waiting.Remove(link.Group);
    }
}
