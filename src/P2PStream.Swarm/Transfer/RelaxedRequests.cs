using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Requests of one peer for what it plays in a long time yet. They wait while others' blocks that are due soon
/// are not sent, and go a few at a time, so that what comes meanwhile and is urgent need not queue behind them.
/// </summary>
internal sealed class RelaxedRequests
{
    /// <summary>What is played no sooner than that has time: about a player's buffer.</summary>
    public static readonly TimeSpan HasTime = TimeSpan.FromSeconds(8);

    /// <summary>Who has waited so long is told that this node is busy, and asks elsewhere: less than a request
    /// takes to stall.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>Blocks of a peer that are on their way at once: when one is sent, the next is there.</summary>
    private const int AtOnce = 2;

    /// <summary>More than a peer may owe; it is told to come again.</summary>
    private const int MostWaiting = 256;

    // Of most peers nothing ever waits.
    private List<Waiting>? _waiting;

    private UnsentBlocks _pressing;
    private UnsentBlocks _relaxed;

    /// <summary>Of what was handed to its session and is not sent: blocks that are due soon.</summary>
    public int Pressing => _pressing.Count;

    /// <summary>The others.</summary>
    public int Relaxed => _relaxed.Count;

    public bool MayAnswer => Relaxed < AtOnce;

    public TimeSpan? FirstSince => _waiting is { Count: > 0 } ? _waiting[0].Since : null;

    /// <returns>False when too many wait.</returns>
    public bool TryAdd(in SessionEvent request, TimeSpan now)
    {
        _waiting ??= [];
        if (_waiting.Count >= MostWaiting) return false;
        _waiting.Add(new Waiting(
            request.Request, request.Block, request.Value, now, now + request.Deadline));
        return true;
    }

    /// <summary>Takes the request that waits longest, with what is left of its time.</summary>
    public bool TryTake(TimeSpan now, out SessionEvent request)
    {
        request = default;
        if (_waiting is not { Count: > 0 }) return false;
        var first = _waiting[0];
        request = new SessionEvent
        {
            Kind = SessionEventKind.Requested,
            Request = first.Number,
            Block = first.Block,
            Value = first.Value,
            Deadline = first.Deadline - now,
        };
        _waiting.RemoveAt(0);
        return true;
    }

    public void Cancel(uint request)
    {
        if (_waiting is null) return;
        for (var i = 0; i < _waiting.Count; i++)
        {
            if (_waiting[i].Number != request) continue;
            _waiting.RemoveAt(i);
            return;
        }
    }

    /// <summary>True when something due soon that it was given so long ago is not sent.</summary>
    public bool HoldsFor(TimeSpan time, TimeSpan now) => _pressing.HoldsFor(time, now);

    /// <summary>The same of what has time.</summary>
    public bool HoldsRelaxedFor(TimeSpan time, TimeSpan now) => _relaxed.HoldsFor(time, now);

    public void Handed(bool isPressing, TimeSpan now)
    {
        if (isPressing) _pressing.Add(now);
        else _relaxed.Add(now);
    }

    /// <summary>A block was sent, or is not to be: a session sends what is due soonest first.</summary>
    /// <returns>True for one that pressed.</returns>
    public bool Served()
    {
        if (_pressing.TryRemove()) return true;
        _relaxed.TryRemove();
        return false;
    }

    /// <summary>When blocks were handed over that are not sent yet. How many lies with the peer: all are looked
    /// through.</summary>
    private struct UnsentBlocks
    {
        private Queue<TimeSpan>? _since;

        public int Count { get; private set; }

        public readonly bool HoldsFor(TimeSpan time, TimeSpan now) => Count > 0 && _since!.Peek() + time <= now;

        public void Add(TimeSpan now)
        {
            (_since ??= new()).Enqueue(now);
            Count++;
        }

        public bool TryRemove()
        {
            if (Count == 0) return false;
            _since!.Dequeue();
            Count--;
            return true;
        }
    }

    /// <summary>What of a request is needed to answer it: the whole event is four times as large.</summary>
    private readonly record struct Waiting(
        uint Number, BlockId Block, uint Value, TimeSpan Since, TimeSpan Deadline);
}
