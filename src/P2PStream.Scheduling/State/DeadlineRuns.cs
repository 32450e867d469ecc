namespace P2PStream.Scheduling;

/// <summary>
/// A lane's positions as runs of one deadline each, in the order they are due.
/// </summary>
/// <remarks>
/// Invariant: sorted by (Due, First); runs do not overlap; neighbours of one deadline are one run.
/// A lane has one run a segment, tens in all, so that shifting an array beats any tree.
/// </remarks>
internal sealed class DeadlineRuns
{
    private Run[] _runs = new Run[16];

    internal int Count { get; private set; }

    /// <summary>Grows with every change; zone masks are rebuilt when it moved.</summary>
    internal int Version { get; private set; }

    internal ref readonly Run this[int index] => ref _runs[index];

    internal void Clear()
    {
        Count = 0;
        Version++;
    }

    /// <summary>Adds positions that no run covers yet.</summary>
    internal void Add(long first, int count, long due)
    {
        Version++;
        int at = Place(due, first);
        bool joinsLeft = at > 0 && _runs[at - 1].Due == due && _runs[at - 1].End == first;
        bool joinsRight = at < Count && _runs[at].Due == due && _runs[at].First == first + count;
        if (joinsLeft)
        {
            _runs[at - 1].Count += count;
            if (!joinsRight) return;
            _runs[at - 1].Count += _runs[at].Count;
            RemoveAt(at);
        }
        else if (joinsRight)
        {
            _runs[at].First = first;
            _runs[at].Count += count;
        }
        else
        {
            InsertAt(at, new Run { First = first, Count = count, Due = due });
        }
    }

    /// <summary>Gives positions that runs cover already another deadline.</summary>
    internal void Move(long first, int count, long due)
    {
        for (int i = 0; i < Count; i++)
        {
            ref Run run = ref _runs[i];
            if (run.Due == due && run.First <= first && run.End >= first + count) return;
        }
        Carve(first, first + count);
        Add(first, count, due);
    }

    /// <summary>Forgets every position before <paramref name="head"/>.</summary>
    internal void DropBefore(long head)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            Run run = _runs[i];
            if (run.End <= head) continue;
            if (run.First < head)
            {
                run.Count = (int)(run.End - head);
                run.First = head;
            }
            _runs[kept++] = run;
        }
        Count = kept;
        Version++;
    }

    private void Carve(long first, long end)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            Run run = _runs[i];
            if (run.End <= first || run.First >= end) continue;
            if (run.End > end)
            {
                // Nothing of this deadline can lie between the two remains, so they stay adjacent.
                var rest = new Run { First = end, Count = (int)(run.End - end), Due = run.Due };
                InsertAt(i + 1, rest);
            }
            if (run.First < first) _runs[i].Count = (int)(first - run.First);
            else RemoveAt(i);
        }
    }

    private int Place(long due, long first)
    {
        int at = Count;
        while (at > 0 && (_runs[at - 1].Due, _runs[at - 1].First).CompareTo((due, first)) > 0) at--;
        return at;
    }

    private void InsertAt(int at, in Run run)
    {
        if (Count == _runs.Length) Array.Resize(ref _runs, Count * 2);
        Array.Copy(_runs, at, _runs, at + 1, Count - at);
        _runs[at] = run;
        Count++;
    }

    private void RemoveAt(int at)
    {
        Count--;
        Array.Copy(_runs, at + 1, _runs, at, Count - at);
    }
}
