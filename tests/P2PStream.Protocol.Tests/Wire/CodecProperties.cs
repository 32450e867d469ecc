using System.Buffers;
namespace P2PStream.Protocol.Tests;

/// <summary>Whatever a codec accepts it writes back as it was; whatever is written is accepted.</summary>
public sealed class CodecProperties
{
    [ManyCases(500)]
    public bool A_request_round_trips(
        uint first, uint epoch, ushort track, ulong sequence, ushort part, ushort index,
        ushort count, uint deadline)
    {
        var block = new BlockId(
            new SegmentId(epoch, track, sequence), (ushort)(part % 64), (ushort)(index % 4096));
        var room = Math.Min(WireLimits.RequestsPerFrame, 4096 - block.Index);
        var frame = new RequestFrame(first, block, (ushort)(1 + count % room), deadline);
        var output = new ArrayBufferWriter<byte>();
        frame.Write(output, FrameType.Request, 1);
        return RequestFrame.TryRead(output.WrittenSpan[FrameHeader.Size..], out var read)
            && read == frame;
    }

    [ManyCases(500)]
    public bool A_data_header_round_trips_at_any_split(
        uint request, uint epoch, ushort track, ulong sequence, ushort part, ushort index,
        ushort length, byte split)
    {
        var data = new DataHeader(
            9,
            request,
            new BlockId(
                new SegmentId(epoch, track, sequence), (ushort)(part % 64), (ushort)(index % 4096)),
            1 + length % ContentLimits.BlockBytes);
        var output = new ArrayBufferWriter<byte>();
        DataFrame.WriteHead(output, data);
        var buffer = SplitBytes.Every(output.WrittenSpan.ToArray(), 1 + split % 32);
        return FrameReader.TryRead(buffer, true, out var header, out var read) == FrameStatus.Data
            && read == data
            && header.Length == DataFrame.HeadSize + data.Length;
    }

    [ManyCases(500)]
    public bool A_range_that_is_read_is_written_back(byte[] bytes)
    {
        var padded = new byte[SegmentRange.Size];
        bytes.AsSpan(0, Math.Min(bytes.Length, padded.Length)).CopyTo(padded);
        if (!SegmentRange.TryRead(padded, out var range)) return range.Count == 0 || IsBeyond(range);
        var written = new byte[SegmentRange.Size];
        range.WriteTo(written);
        return written.AsSpan().SequenceEqual(padded);
    }

    [ManyCases(500)]
    public bool Peers_round_trip(ushort[] ages, byte[] letters)
    {
        var peers = ages
            .Select((age, i) => new PeerAddress(
                new string((char)('a' + i % 26), 1 + i % 16),
                letters.Length == 0 ? "x" : new string((char)('!' + letters[i % letters.Length] % 94), 1 + age % 255),
                age))
            .ToArray();
        var bytes = PeerList.Encode(peers);
        return bytes.Length <= WireLimits.PeersBytes
            && PeerList.TryDecode(bytes, out var read)
            && read!.SequenceEqual(peers.Take(read!.Count))
            && (read!.Count == peers.Length || read.Count > 0)
            && !PeerList.TryDecode([.. bytes, 0], out _);
    }

    [ManyCases(1000)]
    public bool Any_bytes_are_a_status_and_read_alike_split(byte[] bytes, byte size)
    {
        if (bytes.Length == 0) return true;
        var whole = FrameReader.TryRead(
            new ReadOnlySequence<byte>(bytes), true, out var header, out var data);
        var split = FrameReader.TryRead(
            SplitBytes.Every(bytes, 1 + size % bytes.Length), true, out var header2, out var data2);
        return whole == split && header == header2 && data == data2;
    }

    private static bool IsBeyond(in SegmentRange range) =>
        range.First.Sequence > ulong.MaxValue - (range.Count - 1);
}
