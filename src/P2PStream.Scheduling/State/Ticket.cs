namespace P2PStream.Scheduling;

/// <summary>One request, from its pick to its one outcome, and for a while after it.</summary>
internal struct Ticket
{
    internal ushort Generation;
    internal bool IsActive;

    /// <summary>It ended, but what its source does about it may still teach.</summary>
    internal bool MayTeach;

    /// <summary>
    /// Its block was predicted to miss its deadline; only a stall is waited for now.
    /// </summary>
    internal bool IsLate;
    internal bool IsHedge;
    internal int Source;
    internal uint SourceSerial;
    internal int Lane;
    internal long Position;
    internal long SentAt;

    /// <summary>Its block was due soon when it was asked for, see <see cref="PickerState.IsPressing"/>.</summary>
    internal bool IsPressing;

    /// <summary>Ticks that it was expected to take.</summary>
    internal double Expected;

    /// <summary>Ticks after which it counts as stalled, and when that is.</summary>
    internal long Limit;
    internal long StallAt;

    /// <summary>Neighbours in its source's list; Next also links free tickets.</summary>
    internal int Previous;
    internal int Next;

    /// <summary>When it must be looked at, and where it is in the heap of such times.</summary>
    internal long WakeAt;
    internal int HeapIndex;
}
