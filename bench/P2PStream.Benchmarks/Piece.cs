using System.Buffers;

namespace P2PStream.Benchmarks;

/// <summary>A piece of a sequence that was cut.</summary>
internal sealed class Piece : ReadOnlySequenceSegment<byte>
{
    public Piece(ReadOnlyMemory<byte> memory, Piece? before)
    {
        Memory = memory;
        if (before is null) return;
        RunningIndex = before.RunningIndex + before.Memory.Length;
        before.Next = this;
    }
}
