using System.Buffers;
using System.Buffers.Binary;

namespace P2PStream.Protocol;

/// <summary>The sender's window of a track: <c>segment 14 bytes, count u32, role u8</c>.</summary>
/// <param name="First">Where the window starts.</param>
/// <param name="Count">Segments in it; 0: no interest in the track.</param>
/// <param name="Role">What the sender is to the stream.</param>
public readonly record struct InterestFrame(SegmentId First, uint Count, InterestRole Role)
{
    private const InterestRole Known =
        InterestRole.Viewer | InterestRole.UsesOrigin | InterestRole.LacksGivers;

    /// <summary>Bytes of its payload.</summary>
    public const int Size = WireFormat.SegmentSize + 5;

    /// <summary>Writes the frame.</summary>
    public void Write(IBufferWriter<byte> output, ushort channel)
    {
        var bytes = FrameWriter.Start(output, FrameType.Interest, channel, Size);
        WireFormat.WriteSegment(bytes, First);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[WireFormat.SegmentSize..], Count);
        bytes[Size - 1] = (byte)Role;
        FrameWriter.Finish(output, Size);
    }

    /// <summary>Reads a payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out InterestFrame frame)
    {
        frame = default;
        if (payload.Length != Size || ((InterestRole)payload[Size - 1] & ~Known) != 0) return false;
        frame = new InterestFrame(
            WireFormat.ReadSegment(payload),
            BinaryPrimitives.ReadUInt32LittleEndian(payload[WireFormat.SegmentSize..]),
            (InterestRole)payload[Size - 1]);
        return frame.Count == 0 || frame.First.Sequence <= ulong.MaxValue - (frame.Count - 1);
    }
}
