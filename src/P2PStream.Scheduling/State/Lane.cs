namespace P2PStream.Scheduling;

/// <summary>
/// One wanted track: which slots are missing, asked for, held, and how rare each is. Owns no
/// policy; a position maps to the slot position mod capacity.
/// </summary>
/// <remarks>
/// Invariant: Open = Missing without InFlight; outside [Head, Tail) all sets are clear.
/// </remarks>
internal sealed class Lane
{
    /// <summary>No request.</summary>
    internal const int None = -1;

    private readonly SlotPage?[] _pages;
    private SlotPage? _spare;
    private int _zonesVersion = -1;
    private int _urgentRuns;
    private int _nextRuns;
    private int _nearRuns;

    internal Lane(int index, in LaneOptions options, int sourceWords)
    {
        Index = index;
        Priority = options.Priority;
        Words = (options.Capacity + Bitset.WordBits - 1) / Bitset.WordBits;
        Capacity = Words * Bitset.WordBits;
        Open = new ulong[Words];
        Missing = new ulong[Words];
        InFlight = new ulong[Words];
        Late = new ulong[Words];
        Next = new LaneZone(this);
        Near = new LaneZone(this);
        Far = new LaneZone(this);
        _pages = new SlotPage?[Words];
        Holders = new HolderBook(Words, sourceWords);
    }

    internal int Index { get; }

    internal int Priority { get; }

    internal int Capacity { get; }

    internal int Words { get; }

    internal long Head { get; private set; }

    internal long Tail { get; private set; }

    /// <summary>Missing and asked of nobody.</summary>
    internal ulong[] Open { get; }

    /// <summary>Grows whenever a slot becomes open or late.</summary>
    internal long Opened { get; private set; }

    /// <summary>In the ring and not held.</summary>
    internal ulong[] Missing { get; }

    /// <summary>Asked of at least one source.</summary>
    internal ulong[] InFlight { get; }

    /// <summary>In flight and once predicted to miss its deadline.</summary>
    internal ulong[] Late { get; }

    /// <summary>
    /// The first run that is not whole, unless it is urgent, as of the last <see cref="MoveZones"/>: a
    /// player reads that one, and judges by it what the line can carry.
    /// </summary>
    internal LaneZone Next { get; }

    /// <summary>Slots of the rarest-first zone behind that.</summary>
    internal LaneZone Near { get; }

    /// <summary>Slots beyond the rarest-first zone.</summary>
    internal LaneZone Far { get; }

    /// <summary>Who holds which slots.</summary>
    internal HolderBook Holders { get; }

    internal DeadlineRuns Runs { get; } = new();

    /// <summary>Where a walk over the runs of all lanes is in this one.</summary>
    internal int Cursor { get; set; }

    internal int SlotOf(long position) => (int)(position % Capacity);

    /// <summary>The position that a slot stands for now.</summary>
    internal long PositionOf(int slot)
    {
        int distance = slot - SlotOf(Head);
        return Head + (distance < 0 ? distance + Capacity : distance);
    }

    internal bool InRing(long position) => position >= Head && position < Tail;

    internal long Due(int slot) => PageOf(slot).Due[slot & 63];

    internal int FirstTicket(int slot) => PageOf(slot).First[slot & 63];

    internal int SecondTicket(int slot) => PageOf(slot).Second[slot & 63];

    /// <summary>Adds missing slots at the tail.</summary>
    internal void Append(int count, long due)
    {
        int slot = SlotOf(Tail);
        int before = Math.Min(count, Capacity - slot);
        AppendSlots(slot, before, due);
        AppendSlots(0, count - before, due);
        Runs.Add(Tail, count, due);
        Tail += count;
        Opened++;
    }

    /// <summary>Notes that a request for a slot is predicted late.</summary>
    internal void SetLate(int slot)
    {
        Bitset.Add(Late, slot);
        Opened++;
    }

    internal void SetDue(long first, int count, long due)
    {
        int slot = SlotOf(first);
        int before = Math.Min(count, Capacity - slot);
        SetDueOf(slot, before, due);
        SetDueOf(0, count - before, due);
        Runs.Move(first, count, due);
    }

    /// <summary>
    /// Forgets every slot before <paramref name="head"/>; no request may be left there.
    /// </summary>
    internal void DropBefore(long head)
    {
        int count = (int)(head - Head);
        int slot = SlotOf(Head);
        int before = Math.Min(count, Capacity - slot);
        DropSlots(slot, before);
        DropSlots(0, count - before);
        Runs.DropBefore(head);
        Head = head;
    }

    internal void SetMissing(int slot, bool missing)
    {
        if (missing) Bitset.Add(Missing, slot);
        else Bitset.Remove(Missing, slot);
        Reopen(slot);
    }

    /// <summary>Notes a request; the second one is a hedge.</summary>
    internal void AddTicket(int slot, int ticket)
    {
        SlotPage page = PageOf(slot);
        if (page.First[slot & 63] == None) page.First[slot & 63] = ticket;
        else page.Second[slot & 63] = ticket;
        Bitset.Add(InFlight, slot);
        Reopen(slot);
    }

    /// <summary>
    /// Forgets a request; the slot is open again when it was the only one and still missing.
    /// </summary>
    internal void RemoveTicket(int slot, int ticket)
    {
        SlotPage page = PageOf(slot);
        if (page.First[slot & 63] == ticket) page.First[slot & 63] = page.Second[slot & 63];
        page.Second[slot & 63] = None;
        if (page.First[slot & 63] != None) return;
        Bitset.Remove(InFlight, slot);
        Bitset.Remove(Late, slot);
        Reopen(slot);
    }

    /// <summary>
    /// Divides the ring by deadline; costs O(words) only when a run changed its zone.
    /// </summary>
    internal void MoveZones(long urgentEnd, long nearEnd)
    {
        int urgent = CountDueBy(urgentEnd, _urgentRuns);
        int next = CountToUnfinished(urgent);
        int near = Math.Max(next, CountDueBy(nearEnd, _nearRuns));
        if (_zonesVersion == Runs.Version && urgent == _urgentRuns
            && next == _nextRuns && near == _nearRuns) return;
        (_urgentRuns, _nextRuns, _nearRuns) = (urgent, next, near);
        _zonesVersion = Runs.Version;
        Next.Fill(urgent, next);
        Near.Fill(next, near);
        Far.Fill(near, Runs.Count);
    }

    /// <summary>When the first run is due that was not urgent at the last <see cref="MoveZones"/>.</summary>
    internal long NextUrgent =>
        _urgentRuns < Runs.Count ? Runs[_urgentRuns].Due : long.MaxValue;

    /// <summary>
    /// How many runs there are up to the first that is not whole, that one among them; no fewer than are
    /// urgent, which come before all others in any case.
    /// </summary>
    private int CountToUnfinished(int urgent)
    {
        for (int i = 0; i < Runs.Count; i++)
            if (IsUnfinished(Runs[i])) return Math.Max(urgent, i + 1);
        return urgent;
    }

    private bool IsUnfinished(in Run run)
    {
        int slot = SlotOf(run.First);
        int before = Math.Min(run.Count, Capacity - slot);
        return Bitset.First(Missing, slot, slot + before) >= 0
            || Bitset.First(Missing, 0, run.Count - before) >= 0;
    }

    private int CountDueBy(long time, int guess)
    {
        int count = Math.Min(guess, Runs.Count);
        while (count > 0 && Runs[count - 1].Due > time) count--;
        while (count < Runs.Count && Runs[count].Due <= time) count++;
        return count;
    }

    private SlotPage PageOf(int slot) => _pages[slot >> 6]!;

    private void SetDueOf(int slot, int count, long due)
    {
        for (int i = slot; i < slot + count; i++) PageOf(i).Due[i & 63] = due;
    }

    private void TakePage(int word)
    {
        SlotPage page = _spare ?? new SlotPage();
        _spare = page.Next;
        page.Next = null;
        _pages[word] = page;
    }

    /// <summary>No request is left in it: it is as it was made.</summary>
    private void ReturnPage(int word)
    {
        _pages[word]!.Next = _spare;
        _spare = _pages[word];
        _pages[word] = null;
    }

    private void AppendSlots(int slot, int count, long due)
    {
        Bitset.AddRange(Missing, slot, count);
        Bitset.AddRange(Open, slot, count);
        for (var part = new WordRange(slot, count); part.TryNext(out int word, out ulong bits);)
        {
            Holders.Enter(word, bits);
            if (_pages[word] is null) TakePage(word);
        }
        SetDueOf(slot, count, due);
    }

    private void DropSlots(int slot, int count)
    {
        Bitset.RemoveRange(Missing, slot, count);
        Bitset.RemoveRange(Open, slot, count);
        for (var part = new WordRange(slot, count); part.TryNext(out int word, out ulong bits);)
        {
            Holders.Leave(word, bits);
            if (Holders.IsEmpty(word)) ReturnPage(word);
        }
    }

    private void Reopen(int slot)
    {
        if (Bitset.Contains(Missing, slot) && !Bitset.Contains(InFlight, slot))
        {
            Bitset.Add(Open, slot);
            Opened++;
        }
        else
        {
            Bitset.Remove(Open, slot);
        }
    }
}
