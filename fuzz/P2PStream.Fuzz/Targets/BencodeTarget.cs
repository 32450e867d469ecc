using P2PStream.Discovery;

namespace P2PStream.Fuzz;

/// <summary>The bencode reader: all ways of reading agree on where a value ends.</summary>
public sealed class BencodeTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "bencode";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var skipping = new BencodeReader(input);
        var walking = new BencodeReader(input);
        while (skipping.TrySkip())
        {
            // A number may be too large to have a value and still be passed over.
            if (!TryWalk(ref walking)) walking.TrySkip();
            if (walking.Position != skipping.Position)
                throw new InvalidOperationException("Two ways of reading disagree.");
        }

        if (skipping.Position > input.Length)
            throw new InvalidOperationException("Read beyond the end.");
    }

    private static bool TryWalk(ref BencodeReader reader)
    {
        var start = reader;
        if (reader.TryReadInteger(out _) || reader.TryReadString(out _)) return true;
        if (!reader.TryEnterDictionary() && !reader.TryEnterList()) return false;
        while (!reader.TryLeave())
        {
            if (TryWalk(ref reader) || reader.TrySkip()) continue;
            reader = start;
            return false;
        }

        return true;
    }
}
