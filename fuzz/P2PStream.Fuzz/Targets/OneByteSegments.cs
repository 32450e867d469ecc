using System.Buffers;

namespace P2PStream.Fuzz;

/// <summary>The worst a pipe can do: every byte in a segment of its own.</summary>
internal sealed class OneByteSegments : ReadOnlySequenceSegment<byte>
{
    private OneByteSegments(byte value, OneByteSegments? before)
    {
        Memory = new[] { value };
        if (before is null) return;
        RunningIndex = before.RunningIndex + 1;
        before.Next = this;
    }

    public static ReadOnlySequence<byte> Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return ReadOnlySequence<byte>.Empty;
        var first = new OneByteSegments(bytes[0], null);
        var last = first;
        foreach (var value in bytes[1..]) last = new OneByteSegments(value, last);
        return new ReadOnlySequence<byte>(first, 0, last, 1);
    }
}
