using System.Buffers;

namespace P2PStream.Protocol;

/// <summary>Answers a records-want, or passes on what has just been published: <c>segment 14 bytes</c>,
/// the one asked for or the first of the batch, then an encoded record batch. No batch: they are not
/// here.</summary>
public static class RecordsFrame
{
    /// <summary>Bytes that name the segment.</summary>
    public const int HeadSize = WireFormat.SegmentSize;

    /// <summary>Writes a records frame.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="first">The segment that was asked for.</param>
    /// <param name="batch">The encoded batch; empty for none.</param>
    public static void Write(
        IBufferWriter<byte> output, ushort channel, in SegmentId first, ReadOnlySpan<byte> batch)
    {
        var length = HeadSize + batch.Length;
        var bytes = FrameWriter.Start(output, FrameType.Records, channel, length);
        WireFormat.WriteSegment(bytes, first);
        batch.CopyTo(bytes[HeadSize..]);
        FrameWriter.Finish(output, length);
    }

    /// <summary>Reads a payload.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> payload, out SegmentId first, out ReadOnlySpan<byte> batch)
    {
        first = default;
        batch = default;
        if (payload.Length < HeadSize) return false;
        first = WireFormat.ReadSegment(payload);
        batch = payload[HeadSize..];
        return true;
    }
}
