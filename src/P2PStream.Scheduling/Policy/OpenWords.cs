using System.Numerics;
using System.Runtime.InteropServices;

namespace P2PStream.Scheduling;

/// <summary>A word of a lane in which slots of a zone are open.</summary>
internal readonly record struct OpenWord(int Word, ulong Bits);

/// <summary>Which of the gathered words are a lane's.</summary>
internal readonly record struct LaneWords(Lane Lane, int First, int Count);

/// <summary>
/// What is open in a zone, gathered once for all the sources that are asked what they have of it: most
/// words of a lane have nothing open, and none of them is looked at again.
/// </summary>
internal sealed class OpenWords
{
    private readonly List<OpenWord> _words = [];
    private readonly List<LaneWords> _lanes = [];

    internal bool IsEmpty => _words.Count == 0;

    /// <summary>Lanes with anything open, in the order in which they were given.</summary>
    internal ReadOnlySpan<LaneWords> Lanes => CollectionsMarshal.AsSpan(_lanes);

    /// <summary>A lane's words, ascending.</summary>
    internal ReadOnlySpan<OpenWord> Words(in LaneWords lane) =>
        CollectionsMarshal.AsSpan(_words).Slice(lane.First, lane.Count);

    internal void Gather(ReadOnlySpan<Lane> lanes, Func<Lane, LaneZone> zoneOf)
    {
        _words.Clear();
        _lanes.Clear();
        foreach (Lane lane in lanes)
        {
            int first = _words.Count;
            ulong[] open = lane.Open;
            ulong[] zone = zoneOf(lane).Slots;
            for (int word = 0; word < open.Length; word++)
            {
                ulong bits = open[word] & zone[word];
                if (bits != 0) _words.Add(new OpenWord(word, bits));
            }
            if (_words.Count > first) _lanes.Add(new LaneWords(lane, first, _words.Count - first));
        }
    }

    /// <summary>How many of the gathered slots a source has.</summary>
    internal int CandidatesOf(Source source)
    {
        int count = 0;
        foreach (LaneWords lane in Lanes)
        {
            if (source.Have[lane.Lane.Index] is { } have) count += Count(Words(lane), have);
        }
        return count;
    }

    internal static int Count(ReadOnlySpan<OpenWord> words, ulong[] have)
    {
        int count = 0;
        foreach (OpenWord open in words) count += BitOperations.PopCount(open.Bits & have[open.Word]);
        return count;
    }
}
