namespace P2PStream.Scheduling;

/// <summary>The sources by number, and the sets of them that decisions start from.</summary>
internal sealed class SourceTable
{
    /// <summary>Words in a set of sources.</summary>
    internal const int Words = SchedulerLimits.Sources / Bitset.WordBits;

    private Source?[] _sources = new Source?[Bitset.WordBits];
    private readonly ulong[] _present = new ulong[Words];
    private readonly ulong[] _resting = new ulong[Words];
    private readonly ulong[] _asked = new ulong[Words];
    private uint _serial;

    /// <summary>Sources that cost nothing.</summary>
    private int _peers;

    /// <summary>Sources of which anything has changed, or when their requests stall, since somebody took
    /// them out of it.</summary>
    internal ulong[] Changed { get; } = new ulong[Words];

    /// <summary>Sources that were found to have nothing that is open or late. Saves looking through one that
    /// is idle because it can give nothing.</summary>
    internal ulong[] Barren { get; } = new ulong[Words];

    /// <summary>Sources that have something open or late, of which the last decision would take nothing: see
    /// <see cref="PickerState.NoteRefusal"/>.</summary>
    internal ulong[] Refused { get; } = new ulong[Words];

    /// <summary>Some are <see cref="Refused"/>.</summary>
    internal bool AnyRefused { get; set; }

    /// <summary>Sources with room in their window for what is waited for.</summary>
    internal ulong[] Ready { get; } = new ulong[Words];

    /// <summary>Those of them that have room for what is due later, too.</summary>
    internal ulong[] Calm { get; } = new ulong[Words];

    /// <summary>Sources that cost money.</summary>
    internal ulong[] Priced { get; } = new ulong[Words];

    /// <summary>Words that the highest number so far needs.</summary>
    internal int UsedWords { get; private set; } = 1;

    internal Source this[int index] =>
        (uint)index < (uint)_sources.Length && _sources[index] is { } source
            ? source
            : throw new ArgumentOutOfRangeException(nameof(index), index, "No such source.");

    /// <summary>A source that is known to be there.</summary>
    internal Source Known(int index) => _sources[index]!;

    /// <summary>
    /// The source that had a number when it had that serial, or null when it is gone.
    /// </summary>
    internal Source? Find(int index, uint serial) =>
        _sources[index] is { } source && source.Serial == serial ? source : null;

    internal Source Add(in SourceProfile profile, SchedulerOptions options, long now)
    {
        int index = 0;
        while (index < _sources.Length && _sources[index] is not null) index++;
        if (index == SchedulerLimits.Sources)
        {
            throw new InvalidOperationException(
                $"More than {SchedulerLimits.Sources} sources at once.");
        }
        if (index == _sources.Length) Array.Resize(ref _sources, index * 2);
        var source = new Source(index, ++_serial, profile, options, now);
        _sources[index] = source;
        UsedWords = Math.Max(UsedWords, index / Bitset.WordBits + 1);
        Bitset.Add(_present, index);
        if (source.IsPriced) Bitset.Add(Priced, index);
        else if (++_peers == 2) RefreshAll(now);
        Refresh(source, now);
        return source;
    }

    internal void NoteChange(Source source) => Bitset.Add(Changed, source.Index);

    internal void Remove(Source source, long now)
    {
        NoteChange(source);
        ForgetRefusals();
        _sources[source.Index] = null;
        Bitset.Remove(_present, source.Index);
        Bitset.Remove(_resting, source.Index);
        Bitset.Remove(_asked, source.Index);
        Bitset.Remove(Ready, source.Index);
        Bitset.Remove(Calm, source.Index);
        Bitset.Remove(Priced, source.Index);
        Bitset.Remove(Barren, source.Index);
        if (!source.IsPriced && --_peers == 1) RefreshAll(now);
    }

    /// <summary>Something has changed that may make any of them acceptable.</summary>
    internal void ForgetRefusals()
    {
        if (!AnyRefused) return;
        AnyRefused = false;
        Array.Clear(Refused);
    }

    /// <summary>
    /// Works out a source's window again and enters it into the sets it belongs to.
    /// </summary>
    internal void Refresh(Source source, long now)
    {
        NoteChange(source);
        ForgetRefusals();
        source.Refresh(now, isAlone: _peers == 1);
        Put(Ready, source.Index, source.HasRoom);
        Put(Calm, source.Index, source.HasRoom && source.HasCalmRoom);
        Put(_resting, source.Index, source.RestsUntil > now);
        Put(_asked, source.Index, source.Outstanding > 0);
    }

    /// <summary>Whether a source is alone says how much it is trusted with before anything is known of it.</summary>
    private void RefreshAll(long now)
    {
        for (Source? s = Next(0); s is not null; s = Next(s.Index + 1)) Refresh(s, now);
    }

    /// <summary>Wakes the sources whose rest is over.</summary>
    internal void EndRests(long now)
    {
        for (int i = NextOf(_resting, 0); i >= 0; i = NextOf(_resting, i + 1))
        {
            if (_sources[i]!.RestsUntil <= now) Refresh(_sources[i]!, now);
        }
    }

    /// <summary>When the first rest ends, or long.MaxValue.</summary>
    internal long FirstRestEnd()
    {
        long first = long.MaxValue;
        for (int i = NextOf(_resting, 0); i >= 0; i = NextOf(_resting, i + 1))
            first = Math.Min(first, _sources[i]!.RestsUntil);
        return first;
    }

    /// <summary>The next source at or after a number, or null.</summary>
    internal Source? Next(int from) => At(NextOf(_present, from));

    internal bool IsAsked(int index) => Bitset.Contains(_asked, index);

    /// <summary>The next priced source at or after a number, or null.</summary>
    internal Source? NextPriced(int from) => At(NextOf(Priced, from));

    internal bool AnyReady => NextOf(Ready, 0) >= 0;

    internal bool AnyPriced => NextOf(Priced, 0) >= 0;

    internal bool IsReady(int index) => Bitset.Contains(Ready, index);

    internal bool IsCalm(int index) => Bitset.Contains(Calm, index);

    private Source? At(int index) => index < 0 ? null : _sources[index];

    private int NextOf(ulong[] set, int from) =>
        Bitset.First(set, from, UsedWords * Bitset.WordBits);

    private static void Put(ulong[] set, int index, bool member)
    {
        if (member) Bitset.Add(set, index);
        else Bitset.Remove(set, index);
    }
}
