using System.Buffers;
using P2PStream.Protocol;

namespace P2PStream.Benchmarks;

/// <summary>One sample of each control frame: how it is written, and how its payload is read.</summary>
internal static class FrameSamples
{
    private const ushort Channel = 1;

    /// <summary>Leaves of a part of 2 MiB; other bulk payloads are of the same length.</summary>
    private const int BulkBytes = 128 * 32;

    private static readonly SegmentId Segment = new(1, 2, 3);
    private static readonly BlockId Block = new(Segment, 0, 4);
    private static readonly byte[] Bulk = new byte[BulkBytes];
    private static readonly byte[] Addresses = PeerList.Encode(
        [.. Enumerable.Range(0, 16).Select(i => new PeerAddress("tcp", $"192.0.2.{i}:6881", 1))]);

    public static void Write(IBufferWriter<byte> output, FrameType type)
    {
        switch (type)
        {
            case FrameType.Hello: new HelloFrame(1, 1, 0, 6881, 1).Write(output); break;
            case FrameType.Goodbye: new GoodbyeFrame(SessionEndReason.Done).Write(output); break;
            case FrameType.Ping or FrameType.Pong: new PingFrame(1).Write(output, type); break;
            case FrameType.Open:
                new OpenFrame(ChannelKind.Stream, 64, default).Write(output, Channel);
                break;
            case FrameType.Accept:
                new AcceptFrame(64).Write(output, Channel);
                break;
            case FrameType.Credit:
                new CreditFrame(64).Write(output, Channel);
                break;
            case FrameType.Refuse:
                new RefuseFrame(RejectReason.Busy).Write(output, Channel);
                break;
            case FrameType.RecordsWant or FrameType.Have or FrameType.Drop:
                new SegmentRange(Segment, 8).Write(output, type, Channel);
                break;
            case FrameType.Records: RecordsFrame.Write(output, Channel, Segment, Bulk); break;
            case FrameType.LeavesWant: LeavesFrame.WriteWant(output, Channel, Block); break;
            case FrameType.Leaves: LeavesFrame.Write(output, Channel, Block, Bulk); break;
            case FrameType.HaveBlocks: new BlockRange(Block, 8).Write(output, Channel); break;
            case FrameType.Interest:
                new InterestFrame(Segment, 8, InterestRole.Viewer).Write(output, Channel);
                break;
            case FrameType.Request or FrameType.Subscribe:
                new RequestFrame(1, Block, 1, 1000).Write(output, type, Channel);
                break;
            case FrameType.Cancel: new CancelFrame(1, 1).Write(output, Channel); break;
            case FrameType.Reject:
                new RejectFrame(1, 1, RejectReason.Busy).Write(output, Channel);
                break;
            case FrameType.Authority: FrameWriter.Write(output, type, Channel, Bulk); break;
            case FrameType.Peers: FrameWriter.Write(output, type, Channel, Addresses); break;
            default: FrameWriter.Write(output, type, Channel, []); break;
        }
    }

    /// <returns>False for a payload that is not what it should be.</returns>
    public static bool Read(in Frame frame)
    {
        var payload = frame.Payload;
        return frame.Header.Type switch
        {
            FrameType.Hello => HelloFrame.Read(payload, out _) == Violation.None,
            FrameType.Goodbye => GoodbyeFrame.TryRead(payload, out _),
            FrameType.Ping or FrameType.Pong => PingFrame.TryRead(payload, out _),
            FrameType.Open => OpenFrame.TryRead(payload, out _),
            FrameType.Accept => AcceptFrame.TryRead(payload, out _),
            FrameType.Credit => CreditFrame.TryRead(payload, out _),
            FrameType.Refuse => RefuseFrame.TryRead(payload, out _),
            FrameType.RecordsWant or FrameType.Have or FrameType.Drop =>
                SegmentRange.TryRead(payload, out _),
            FrameType.Records => RecordsFrame.TryRead(payload, out _, out _),
            FrameType.Leaves => LeavesFrame.TryRead(payload, out _, out _),
            FrameType.HaveBlocks => BlockRange.TryRead(payload, out _),
            FrameType.Interest => InterestFrame.TryRead(payload, out _),
            FrameType.Request or FrameType.Subscribe => RequestFrame.TryRead(payload, out _),
            FrameType.Cancel => CancelFrame.TryRead(payload, out _),
            FrameType.Reject => RejectFrame.TryRead(payload, out _),
            FrameType.Peers => PeerList.TryDecode(payload, out _),
            // The want of a leaf list is its head; the others have no payload, or one that content reads.
            FrameType.LeavesWant => payload.Length == LeavesFrame.HeadSize,
            _ => true,
        };
    }
}
