using System.Buffers;

namespace P2PStream.Protocol;

/// <summary>
/// Finds the frame at the start of a buffer. Has no state, allocates nothing and never throws for
/// what the bytes say; a length is judged as soon as its header is there, before the payload is
/// waited for.
/// </summary>
public static class FrameReader
{
    /// <summary>Bytes of a data frame before the block's own: consume as many after
    /// <see cref="FrameStatus.Data"/>.</summary>
    public const int DataPrefix = FrameHeader.Size + DataFrame.HeadSize;

    /// <summary>Looks for a frame.</summary>
    /// <param name="buffer">Bytes received and not consumed.</param>
    /// <param name="afterHello">False as long as only a hello may come.</param>
    /// <param name="header">The frame's header when eight bytes are there.</param>
    /// <param name="data">The block's header when the frame is <see cref="FrameStatus.Data"/>.</param>
    /// <remarks>After <see cref="FrameStatus.Control"/> take it with <see cref="GetFrame"/> and
    /// consume <see cref="FrameHeader.TotalLength"/> bytes.</remarks>
    public static FrameStatus TryRead(
        in ReadOnlySequence<byte> buffer,
        bool afterHello,
        out FrameHeader header,
        out DataHeader data)
    {
        header = default;
        data = default;
        scoped var bytes = buffer.FirstSpan;
        Span<byte> copy = stackalloc byte[DataPrefix];
        if (bytes.Length < FrameHeader.Size)
        {
            if (buffer.Length < FrameHeader.Size) return FrameStatus.NeedMore;
            buffer.Slice(0, FrameHeader.Size).CopyTo(copy);
            bytes = copy[..FrameHeader.Size];
        }

        header = FrameHeader.Read(bytes);
        if (Check(header, afterHello) != Violation.None) return FrameStatus.Violation;
        if (header.Type != FrameType.Data)
            return buffer.Length >= header.TotalLength ? FrameStatus.Control : FrameStatus.NeedMore;

        if (bytes.Length < DataPrefix)
        {
            if (buffer.Length < DataPrefix) return FrameStatus.NeedMore;
            buffer.Slice(0, DataPrefix).CopyTo(copy);
            bytes = copy;
        }

        return DataFrame.TryRead(header, bytes[FrameHeader.Size..], out data)
            ? FrameStatus.Data
            : FrameStatus.Violation;
    }

    /// <summary>Takes a control frame that <see cref="TryRead"/> has found.</summary>
    /// <param name="buffer">The same buffer.</param>
    /// <param name="header">The header found.</param>
    /// <param name="scratch">Where the payload is joined if it lies in several segments; grows to
    /// the largest such payload seen, at most <see cref="WireLimits.AuthorityBytes"/>.</param>
    public static Frame GetFrame(
        scoped in ReadOnlySequence<byte> buffer, scoped in FrameHeader header, ref byte[] scratch)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        var length = (int)header.Length;
        var first = buffer.FirstSpan;
        if (first.Length >= FrameHeader.Size + length)
            return new Frame(header, first.Slice(FrameHeader.Size, length));

        if (scratch.Length < length) scratch = new byte[length];
        buffer.Slice(FrameHeader.Size, length).CopyTo(scratch);
        return new Frame(header, scratch.AsSpan(0, length));
    }

    /// <summary>Checks all that a header alone can show to be wrong at this point of a link.</summary>
    internal static Violation Check(in FrameHeader header, bool afterHello) =>
        !afterHello && header.Type != FrameType.Hello
            ? Violation.BeforeHello
            : FrameTable.Check(header);
}
