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
    /// <summary>Rarity is exact up to 14 holders; beyond that a block is simply common.</summary>
    internal const int RarityBuckets = 16;

    /// <summary>No request.</summary>
    internal const int None = -1;

    private readonly ulong[] _rarity;
    private readonly ushort[] _holderCount;
    private readonly long[] _due;
    private readonly int[] _first;
    private readonly int[] _second;
    private ulong[] _holders;
    private int _holderWords;
    private int _zonesVersion = -1;
    private int _urgentRuns;
    private int _nearRuns;
    private long _nearFirst;
    private long _nearLength;
    private long _farFirst;
    private long _farLength;

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
        Near = new ulong[Words];
        Far = new ulong[Words];
        _rarity = new ulong[Words * RarityBuckets];
        _holderCount = new ushort[Capacity];
        _due = new long[Capacity];
        _first = new int[Capacity];
        _second = new int[Capacity];
        _holderWords = sourceWords;
        _holders = new ulong[Capacity * sourceWords];
        Array.Fill(_first, None);
        Array.Fill(_second, None);
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

    /// <summary>Slots of the rarest-first zone, as of the last <see cref="MoveZones"/>.</summary>
    internal ulong[] Near { get; }

    /// <summary>Slots beyond the rarest-first zone.</summary>
    internal ulong[] Far { get; }

    /// <summary>Slots by holders: bucket b begins at word b · Words.</summary>
    internal ulong[] Rarity => _rarity;

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

    internal long Due(int slot) => _due[slot];

    internal int HolderCount(int slot) => _holderCount[slot];

    internal ReadOnlySpan<ulong> Holders(int slot) =>
        _holders.AsSpan(slot * _holderWords, _holderWords);

    /// <summary>True when no other source than one has a slot, priced ones included.</summary>
    internal bool IsOnlyHolder(int slot, int source)
    {
        ReadOnlySpan<ulong> holders = Holders(slot);
        for (int word = 0; word < holders.Length; word++)
        {
            ulong own = word == source >> 6 ? 1ul << (source & 63) : 0;
            if ((holders[word] & ~own) != 0) return false;
        }
        return true;
    }

    internal int FirstTicket(int slot) => _first[slot];

    internal int SecondTicket(int slot) => _second[slot];

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
        _due.AsSpan(slot, before).Fill(due);
        _due.AsSpan(0, count - before).Fill(due);
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
        if (_first[slot] == None) _first[slot] = ticket;
        else _second[slot] = ticket;
        Bitset.Add(InFlight, slot);
        Reopen(slot);
    }

    /// <summary>
    /// Forgets a request; the slot is open again when it was the only one and still missing.
    /// </summary>
    internal void RemoveTicket(int slot, int ticket)
    {
        if (_first[slot] == ticket) _first[slot] = _second[slot];
        _second[slot] = None;
        if (_first[slot] != None) return;
        Bitset.Remove(InFlight, slot);
        Bitset.Remove(Late, slot);
        Reopen(slot);
    }

    /// <summary>
    /// Notes that a source has, or no longer has, a slot; unpriced ones count as holders.
    /// </summary>
    internal void SetHolder(int slot, int source, bool holds, bool counts)
    {
        ref ulong word = ref _holders[slot * _holderWords + (source >> 6)];
        ulong bit = 1UL << (source & 63);
        word = holds ? word | bit : word & ~bit;
        if (!counts) return;
        MoveBucket(slot, add: false);
        _holderCount[slot] += (ushort)(holds ? 1 : -1);
        MoveBucket(slot, add: true);
    }

    /// <summary>Makes room for more sources.</summary>
    internal void WidenHolders(int sourceWords)
    {
        if (sourceWords <= _holderWords) return;
        ulong[] wider = new ulong[Capacity * sourceWords];
        for (int slot = 0; slot < Capacity; slot++)
            Holders(slot).CopyTo(wider.AsSpan(slot * sourceWords));
        _holders = wider;
        _holderWords = sourceWords;
    }

    /// <summary>
    /// Divides the ring by deadline; costs O(words) only when a run changed its zone.
    /// </summary>
    internal void MoveZones(long urgentEnd, long nearEnd)
    {
        int urgent = CountDueBy(urgentEnd, _urgentRuns);
        int near = CountDueBy(nearEnd, _nearRuns);
        if (_zonesVersion == Runs.Version && urgent == _urgentRuns && near == _nearRuns) return;
        (_urgentRuns, _nearRuns, _zonesVersion) = (urgent, near, Runs.Version);
        FillZone(Near, urgent, near, out _nearFirst, out _nearLength);
        FillZone(Far, near, Runs.Count, out _farFirst, out _farLength);
    }

    /// <summary>
    /// The slot of a zone that a rotation starts from; the zone must not be empty.
    /// </summary>
    internal int StartOf(bool far, ulong rotation) => far
        ? SlotOf(_farFirst + (long)(rotation % (ulong)_farLength))
        : SlotOf(_nearFirst + (long)(rotation % (ulong)_nearLength));

    private void FillZone(ulong[] zone, int from, int to, out long first, out long length)
    {
        Array.Clear(zone);
        first = long.MaxValue;
        long end = 0;
        for (int i = from; i < to; i++)
        {
            Run run = Runs[i];
            int slot = SlotOf(run.First);
            int before = Math.Min(run.Count, Capacity - slot);
            Bitset.AddRange(zone, slot, before);
            Bitset.AddRange(zone, 0, run.Count - before);
            first = Math.Min(first, run.First);
            end = Math.Max(end, run.End);
        }
        length = end - first;
    }

    private int CountDueBy(long time, int guess)
    {
        int count = Math.Min(guess, Runs.Count);
        while (count > 0 && Runs[count - 1].Due > time) count--;
        while (count < Runs.Count && Runs[count].Due <= time) count++;
        return count;
    }

    private void AppendSlots(int slot, int count, long due)
    {
        Bitset.AddRange(Missing, slot, count);
        Bitset.AddRange(Open, slot, count);
        Bitset.AddRange(_rarity, slot, count);
        _due.AsSpan(slot, count).Fill(due);
    }

    private void DropSlots(int slot, int count)
    {
        Bitset.RemoveRange(Missing, slot, count);
        Bitset.RemoveRange(Open, slot, count);
        for (int b = 0; b < RarityBuckets; b++)
            Bitset.RemoveRange(_rarity, b * Capacity + slot, count);
        _holderCount.AsSpan(slot, count).Clear();
        _holders.AsSpan(slot * _holderWords, count * _holderWords).Clear();
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

    private void MoveBucket(int slot, bool add)
    {
        int bucket = Math.Min(_holderCount[slot], (ushort)(RarityBuckets - 1));
        int bit = bucket * Capacity + slot;
        if (add) Bitset.Add(_rarity, bit);
        else Bitset.Remove(_rarity, bit);
    }
}
