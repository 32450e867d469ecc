using System.Numerics;

namespace P2PStream.Scheduling;

/// <summary>
/// Who has fallen silent: nothing comes from a source that others outlive, although it was asked, for
/// far longer than it has paused before. Waiting for its requests to stall one by one would make a
/// player wait, so it is told sooner, but only where somebody else can step in.
/// </summary>
/// <remarks>
/// A pause of our own link, or of this process, silences all sources alike and is nobody's fault:
/// hence another must have delivered meanwhile. A source whose pauses are long is known for them.
/// </remarks>
internal sealed class SilencePolicy(PickerState state)
{
    /// <summary>A silence is this many of the longest pauses lately.</summary>
    private const double Pauses = 4;

    /// <summary>While nobody can step in, it is looked at again after so much of the limit.</summary>
    internal const int LooksPerLimit = 4;

    /// <summary>By source: when it may next be found silent.</summary>
    private long[] _looks = [];
    private long _firstLook = long.MaxValue;

    /// <summary>When a source may next be found silent, ticks; long.MaxValue when none can.</summary>
    /// <remarks>It hangs on each source alone, and is worked out again only for those that changed.</remarks>
    internal long FirstLook()
    {
        SourceTable sources = state.Sources;
        bool isLost = false;
        for (int word = 0; word < sources.UsedWords; word++)
        {
            ulong bits = sources.Changed[word];
            sources.Changed[word] = 0;
            for (; bits != 0; bits &= bits - 1)
                isLost |= Update((word << 6) + BitOperations.TrailingZeroCount(bits));
        }
        if (isLost) _firstLook = Least(_looks);
        return _firstLook;
    }

    /// <summary>The next source that has fallen silent, or null.</summary>
    internal Source? Next()
    {
        if (FirstLook() > state.Now) return null;
        for (int index = 0; index < _looks.Length; index++)
        {
            if (_looks[index] > state.Now) continue;
            Source source = state.Sources[index];
            if (IsMissed(source)) return source;
            source.LooksAgainAt = state.Now + Limit(source) / LooksPerLimit;
            state.Sources.NoteChange(source);
        }
        return null;
    }

    /// <returns>True when it was the first to be looked at and is so no more.</returns>
    private bool Update(int index)
    {
        if (index >= _looks.Length) Grow();
        long before = _looks[index];
        long look = state.Sources.IsAsked(index) ? LookAt(state.Sources[index]) : long.MaxValue;
        _looks[index] = look;
        if (look <= _firstLook)
        {
            _firstLook = look;
            return false;
        }
        return before == _firstLook;
    }

    private void Grow()
    {
        int length = _looks.Length;
        Array.Resize(ref _looks, state.Sources.UsedWords * Bitset.WordBits);
        _looks.AsSpan(length).Fill(long.MaxValue);
    }

    private static long Least(long[] looks)
    {
        var least = new Vector<long>(long.MaxValue);
        for (int i = 0; i < looks.Length; i += Vector<long>.Count)
            least = Vector.Min(least, new Vector<long>(looks, i));
        long first = long.MaxValue;
        for (int i = 0; i < Vector<long>.Count; i++) first = Math.Min(first, least[i]);
        return first;
    }

    private long LookAt(Source source)
    {
        if (source.IsPriced || !source.IsKnown || source.Backoff > 0) return long.MaxValue;
        long silent = SilentSince(source) + Limit(source);
        // Later than that its requests stall in any case.
        return silent >= state.Tickets[source.OldestTicket].StallAt
            ? long.MaxValue
            : Math.Max(silent, source.LooksAgainAt);
    }

    private long Limit(Source source) => Math.Max(
        state.Options.SilenceFloor.Ticks, (long)(Pauses * source.Pause));

    private long SilentSince(Source source) => Math.Max(
        source.LastDelivery,
        state.Tickets[source.OldestTicket].SentAt + (long)source.LoneEta);

    /// <summary>Would somebody at work bring what the source owes, and is it wanted that soon?</summary>
    private bool IsMissed(Source source)
    {
        long half = state.Now - (state.Now - SilentSince(source)) / 2;
        for (int i = source.OldestTicket; i >= 0; i = state.Tickets[i].Next)
        {
            ref Ticket ticket = ref state.Tickets[i];
            Lane lane = state.Lanes[ticket.Lane];
            int slot = lane.SlotOf(ticket.Position);
            var others = new PeerSurvey(state, lane, slot, source.Index);
            if (others.Best is not { Backoff: 0 } other || other.LastDelivery < half) continue;
            if (lane.Due(slot) < ticket.StallAt + other.Need) return true;
        }
        return false;
    }
}
