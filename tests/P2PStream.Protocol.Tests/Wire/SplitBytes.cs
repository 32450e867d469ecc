using System.Buffers;

namespace P2PStream.Protocol.Tests;

/// <summary>One sequence of several segments.</summary>
internal static class SplitBytes
{
    /// <summary>Cuts bytes into segments of a size.</summary>
    public static ReadOnlySequence<byte> Every(byte[] bytes, int size)
    {
        var first = new Segment(bytes.AsMemory(0, Math.Min(size, bytes.Length)), null);
        var last = first;
        for (var i = size; i < bytes.Length; i += size)
            last = new Segment(bytes.AsMemory(i, Math.Min(size, bytes.Length - i)), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
