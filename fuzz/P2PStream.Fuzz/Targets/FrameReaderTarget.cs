using System.Buffers;
using P2PStream.Protocol;

namespace P2PStream.Fuzz;

/// <summary>Reads any bytes as frames, whole and in one-byte segments: both must find the same, and no
/// more than the table allows may be waited for.</summary>
public sealed class FrameReaderTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "frame-reader";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var whole = new ReadOnlySequence<byte>(input.ToArray());
        var split = OneByteSegments.Of(input);
        byte[] scratch = [];
        byte[] scratchOfSplit = [];
        while (true)
        {
            var status = FrameReader.TryRead(whole, true, out var header, out var data);
            var again = FrameReader.TryRead(split, true, out var headerAgain, out var dataAgain);
            if (status != again || header != headerAgain || data != dataAgain)
                throw new InvalidOperationException("Splitting changes what is read.");
            if (status is FrameStatus.NeedMore or FrameStatus.Violation) return;

            long consumed = FrameReader.DataPrefix;
            if (status == FrameStatus.Control)
            {
                if (header.Length > WireLimits.AuthorityBytes)
                    throw new InvalidOperationException("A frame is larger than any may be.");
                var frame = FrameReader.GetFrame(whole, header, ref scratch);
                var joined = FrameReader.GetFrame(split, header, ref scratchOfSplit);
                if (!frame.Payload.SequenceEqual(joined.Payload))
                    throw new InvalidOperationException("Joining changes a payload.");
                consumed = header.TotalLength;
            }

            whole = whole.Slice(consumed);
            split = split.Slice(consumed);
        }
    }
}
