namespace P2PStream.Protocol;

/// <summary>One link's place at a <see cref="FairLimiter"/>, which owns it.</summary>
public sealed class FairLink
{
    internal FairLink(object owner, FairGroup group)
    {
        Owner = owner;
        Group = group;
    }

    /// <summary>Whose place it is, as told to <see cref="FairLimiter.Add"/>.</summary>
    public object Owner { get; }

    internal FairGroup Group { get; }

    internal List<FairFlow> Flows { get; } = [];

    /// <summary>It stands in its group's list of those that wait.</summary>
    internal bool IsListed { get; set; }

    /// <summary>It has been given something and not yet been told.</summary>
    internal bool IsReady { get; set; }

    internal bool IsRemoved { get; set; }

    internal FairCredit Credit;

    internal FairFlow Flow(StreamId stream)
    {
        foreach (var flow in Flows)
            if (flow.Stream == stream) return flow;
        var added = new FairFlow(this, stream);
        Flows.Add(added);
        return added;
    }

    /// <summary>Of what it waits for and may have now, the most urgent.</summary>
    internal FairFlow? MostUrgent(TimeSpan now)
    {
        FairFlow? best = null;
        foreach (var flow in Flows)
        {
            if (!flow.IsWaiting || flow.Deadline >= best?.Deadline) continue;
            if (flow.IsServable(now)) best = flow;
        }

        return best;
    }
}
