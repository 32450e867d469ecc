using System.Buffers;
using System.Diagnostics;

namespace P2PStream.Protocol;

/// <summary>Writes frames; asserts that they are what <see cref="FrameTable"/> allows.</summary>
public static class FrameWriter
{
    /// <summary>Writes a frame whose payload is already encoded.</summary>
    /// <exception cref="ArgumentException">The table does not allow such a frame.</exception>
    public static void Write(
        IBufferWriter<byte> output, FrameType type, ushort channel, ReadOnlySpan<byte> payload)
    {
        var header = new FrameHeader((uint)payload.Length, type, FrameFlags.None, channel);
        var violation = FrameTable.Check(header);
        if (violation != Violation.None)
            throw new ArgumentException($"A frame {type} would be wrong: {violation}.");
        payload.CopyTo(Start(output, type, channel, payload.Length));
        Finish(output, payload.Length);
    }

    /// <summary>Writes a header and gives the place of the payload; <see cref="Finish"/> follows.</summary>
    internal static Span<byte> Start(
        IBufferWriter<byte> output, FrameType type, ushort channel, int length)
    {
        var header = new FrameHeader((uint)length, type, FrameFlags.None, channel);
        Debug.Assert(FrameTable.Check(header) == Violation.None, "we write a frame we'd not read");
        var bytes = output.GetSpan(FrameHeader.Size + length);
        header.Write(bytes);
        return bytes.Slice(FrameHeader.Size, length);
    }

    /// <summary>Ends the frame whose payload has been filled.</summary>
    internal static void Finish(IBufferWriter<byte> output, int length) =>
        output.Advance(FrameHeader.Size + length);
}
