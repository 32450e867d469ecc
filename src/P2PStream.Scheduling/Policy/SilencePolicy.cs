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
    private const int LooksPerLimit = 4;

    private long _firstLook = long.MaxValue;
    private ulong _seenVersion;

    /// <summary>When a source may next be found silent, ticks; long.MaxValue when none can.</summary>
    /// <remarks>It hangs on the sources alone, and is worked out again only when one has changed.</remarks>
    internal long FirstLook()
    {
        if (_seenVersion == state.Sources.Version) return _firstLook;
        _seenVersion = state.Sources.Version;
        return _firstLook = Earliest();
    }

    private long Earliest()
    {
        long first = long.MaxValue;
        SourceTable sources = state.Sources;
        for (Source? s = sources.NextAsked(0); s is not null; s = sources.NextAsked(s.Index + 1))
            first = Math.Min(first, LookAt(s));
        return first;
    }

    /// <summary>The next source that has fallen silent, or null.</summary>
    internal Source? Next()
    {
        if (FirstLook() > state.Now) return null;
        SourceTable sources = state.Sources;
        for (Source? s = sources.NextAsked(0); s is not null; s = sources.NextAsked(s.Index + 1))
        {
            if (LookAt(s) > state.Now) continue;
            if (IsMissed(s)) return s;
            s.LooksAgainAt = state.Now + Limit(s) / LooksPerLimit;
            state.Sources.NoteChange();
        }
        return null;
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
