using P2PStream.Protocol;

namespace P2PStream.Fuzz.Targets;

/// <summary>Encoded records: one encoding for a value.</summary>
public sealed class RecordTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "record";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (!RecordCodec.TryDecode(input, out var record)) return;
        Check.That(input.SequenceEqual(RecordCodec.Encode(record!)), "a record has one encoding");
        Check.That(record!.Length >= 0, "a segment has a length");
        Check.That(record.Start + record.Duration >= record.Start, "a sum holds");
        foreach (var part in record.Parts)
        {
            Check.That(part.Blocks <= ContentLimits.BlocksPerPart, "a part is within its limit");
            Check.That(
                part.Blocks == 0 || part.BlockLength(part.Blocks - 1) > 0, "a block has bytes");
        }
    }
}
