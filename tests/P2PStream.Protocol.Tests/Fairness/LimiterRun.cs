namespace P2PStream.Protocol.Tests.Fairness;

/// <summary>Links at a limiter in virtual time: whoever has blocks asks, takes what it may, and asks
/// again; nobody is ever busy.</summary>
internal sealed class LimiterRun
{
    public const int Frame = FairLimiter.Quantum;

    private const int Batch = 4;

    private readonly List<Party> _parties = [];

    public LimiterRun(long? rate) => Limiter.SetRate(rate, TimeSpan.Zero);

    public FairLimiter Limiter { get; } = new();

    public TimeSpan Now { get; private set; }

    /// <summary>All that was taken, in order.</summary>
    public List<(TimeSpan At, Party Party, int Bytes)> Taken { get; } = [];

    public Party Add(UInt128 neighbourhood = default, StreamId? stream = null)
    {
        var party = new Party(stream ?? default);
        party.Link = Limiter.Add(party, neighbourhood);
        _parties.Add(party);
        return party;
    }

    /// <summary>Takes all that is there now, so that whoever comes next waits.</summary>
    public void Drain()
    {
        var party = Add();
        while (Limiter.TryTake(party.Link, default, Frame, Frame, default, Now)) { }
        Remove(party);
    }

    public void Remove(Party party)
    {
        _parties.Remove(party);
        Limiter.Remove(party.Link, Now);
        Settle();
    }

    /// <summary>A link wants to send a block.</summary>
    public void Want(Party party, int bytes = Frame, TimeSpan deadline = default, int count = 1)
    {
        for (var i = 0; i < count; i++) party.Blocks.Add((bytes, deadline));
        Settle();
    }

    /// <summary>A link gives up what it wanted.</summary>
    public void Cancel(Party party)
    {
        party.Blocks.Clear();
        Settle();
    }

    public void RunUntil(TimeSpan end)
    {
        while (Limiter.NextWakeUp is { } wake && wake <= end)
        {
            Assert.True(wake > Now, "A wake-up that changes nothing.");
            Now = wake;
            Limiter.Tick(Now);
            Settle();
        }

        Now = end;
        Limiter.Tick(Now);
        Settle();
    }

    public long Sum(Party? party = null) =>
        Taken.Where(one => party is null || one.Party == party).Sum(one => (long)one.Bytes);

    /// <summary>The most that was taken in any window beyond the rate.</summary>
    public double WorstExcess(long rate)
    {
        var worst = 0.0;
        for (var i = 0; i < Taken.Count; i++)
        {
            long sum = 0;
            for (var j = i; j < Taken.Count; j++)
            {
                sum += Taken[j].Bytes;
                worst = Math.Max(worst, sum - rate * (Taken[j].At - Taken[i].At).TotalSeconds);
            }
        }

        return worst;
    }

    private void Settle()
    {
        foreach (var party in _parties) Ask(party);
        while (Limiter.TryTakeReady(out var link)) Ask((Party)link!.Owner);
    }

    /// <summary>As a pump does: takes a batch, most urgent first, writes it, which takes no time here,
    /// and asks again until it is told to wait.</summary>
    private void Ask(Party party)
    {
        var isWriting = true;
        while (isWriting)
        {
            isWriting = false;
            var waits = false;
            for (var left = Batch; left > 0 && party.Blocks.Count > 0 && !waits; left--)
            {
                var batch = party.Blocks.OrderBy(block => block.Deadline).Take(left).ToArray();
                var (first, wanted) = (batch[0], batch.Sum(block => block.Bytes));
                waits = !Limiter.TryTake(
                    party.Link, party.Stream, first.Bytes, wanted, first.Deadline, Now);
                if (waits) continue;
                party.Blocks.Remove(first);
                Taken.Add((Now, party, first.Bytes));
                isWriting = true;
            }

            if (isWriting || !waits) Limiter.Withdraw(party.Link, Now);
        }
    }

    public sealed class Party(StreamId stream)
    {
        public StreamId Stream => stream;

        public FairLink Link { get; set; } = null!;

        public List<(int Bytes, TimeSpan Deadline)> Blocks { get; } = [];
    }
}
