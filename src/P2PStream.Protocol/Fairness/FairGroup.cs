namespace P2PStream.Protocol;

/// <summary>The links of one neighbourhood, which together have one share.</summary>
internal sealed class FairGroup(UInt128 neighbourhood)
{
    private long _round = 1;

    public UInt128 Neighbourhood => neighbourhood;

    public int Links { get; set; }

    /// <summary>Those that wait, in the order in which they came.</summary>
    public List<FairLink> Waiting { get; } = [];

    internal FairCredit Credit;

    /// <summary>Whose turn it is: of those that have something left in this round the most urgent; when
    /// nobody has, the next round begins.</summary>
    public FairFlow? Next(TimeSpan now)
    {
        while (true)
        {
            FairFlow? best = null;
            var isAnyServable = false;
            foreach (var link in Waiting)
            {
                if (link.MostUrgent(now) is not { } flow) continue;
                isAnyServable = true;
                if (link.Credit.IsLeft(_round) && !(flow.Deadline >= best?.Deadline)) best = flow;
            }

            if (best is not null || !isAnyServable) return best;
            _round++;
        }
    }
}
