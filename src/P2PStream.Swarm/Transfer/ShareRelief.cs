using System.Diagnostics.CodeAnalysis;

namespace P2PStream.Swarm;

/// <summary>
/// Finds what to take over from other sharers when a giver idles: of what each is to fetch, the block that
/// it comes to last. Its next ones it has asked for by now, so they would come twice.
/// </summary>
internal sealed class ShareRelief
{
    /// <summary>So many blocks of a sharer's, two hands, are taken to be on their way to it.</summary>
    private const int Ahead = 8;

    /// <summary>The second in line takes over at once. What is left is the third's when nothing has come of its
    /// piece in so long, the fourth's after as long again, and so on: two who idle would choose alike within a
    /// moment. If there is nothing else, what should be on its way is asked for, too, by the second in line after so
    /// long, and so on.</summary>
    private static readonly TimeSpan Escalation = TimeSpan.FromMilliseconds(250);

    /// <summary>By owner, after this node in turn: how many blocks have been passed.</summary>
    private int[] _passed = [];

    /// <summary>By rank: the last block that may be taken over.</summary>
    private (LaneEntry? Entry, int Block)[] _last = [];

    /// <summary>By rank: the same of what should be on its way.</summary>
    private (LaneEntry? Entry, int Block)[] _coming = [];

    /// <summary>Finds one; first among those for which this node is the second in line, so that two who idle
    /// do not choose alike.</summary>
    public bool TryFind(SwarmPeer giver, TrackLane lane, TimeSpan now,
        [NotNullWhen(true)] out LaneEntry? entry, out int block)
    {
        Array.Clear(_passed);
        Array.Clear(_last);
        Array.Clear(_coming);
        foreach (var candidate in lane.Entries)
        {
            if (!ShareBoard.IsShared(lane, candidate) || candidate.Segment.IsComplete
                || !candidate.Share.IsGiver(giver)) continue;
            if (_last.Length < candidate.Share.Count)
            {
                Array.Resize(ref _passed, candidate.Share.Count);
                Array.Resize(ref _last, candidate.Share.Count);
                Array.Resize(ref _coming, candidate.Share.Count);
            }

            Look(candidate, overdue: (int)Math.Min((now - candidate.LastGot) / Escalation, int.MaxValue));
        }

        (entry, block) = Array.Find(_last, static last => last.Entry is not null);
        if (entry is null)
            (entry, block) = Array.Find(_coming, static last => last.Entry is not null);
        return entry is not null;
    }

    private void Look(LaneEntry entry, int overdue)
    {
        var part = entry.Segment.Parts[entry.Part];
        for (var i = 0; i < entry.Blocks; i++)
        {
            if (part.IsPlaced(i)) continue;
            var rank = entry.Share.Rank(i, out var owner);
            var isComing = _passed[owner]++ < Ahead;
            if (entry.Share.MayAsk(i)) continue;
            if (isComing && rank <= overdue) _coming[rank] = (entry, i);
            else if (!isComing && rank <= 1 + overdue) _last[rank] = (entry, i);
        }
    }
}
