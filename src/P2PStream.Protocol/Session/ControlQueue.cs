namespace P2PStream.Protocol;

/// <summary>
/// Control frames in the order they were asked for. Neighbours that say one thing together (ranges
/// that touch, runs of numbers) become one frame.
/// </summary>
internal sealed class ControlQueue
{
    private readonly Ring<ControlItem> _items = new();
    private int _payloadBytes;

    public int Count => _items.Count;

    /// <summary>The remote reads slower than its own requests make us write.</summary>
    public bool IsOverfull =>
        _items.Count > SessionLimits.ControlFrames || _payloadBytes > SessionLimits.ControlBytes;

    public void Add(in ControlItem item)
    {
        if (_items.Count > 0 && TryMerge(ref _items.Last, item)) return;
        _items.Enqueue(item);
        _payloadBytes += item.Payload.Length;
    }

    public void Clear()
    {
        _items.Clear();
        _payloadBytes = 0;
    }

    /// <summary>Writes what fits.</summary>
    public void Write(TransmitBatch batch)
    {
        while (_items.Count > 0
            && batch.TotalBytes - batch.PayloadBytes < SessionLimits.BatchControlBytes)
        {
            var type = _items[0].Type;
            if (type is FrameType.Have or FrameType.Drop) WriteSegmentRanges(batch);
            else if (type is FrameType.HaveBlocks) WriteBlockRanges(batch);
            else WriteOne(batch, _items.Dequeue());
        }
    }

    private static bool TryMerge(ref ControlItem last, in ControlItem next)
    {
        if (last.Type != next.Type || last.Channel != next.Channel) return false;
        var merges = next.Type switch
        {
            FrameType.Have or FrameType.Drop =>
                next.Block.Segment == last.Block.Segment with
                {
                    Sequence = unchecked(last.Block.Segment.Sequence + last.Count),
                }
                && last.Count <= uint.MaxValue - next.Count,
            FrameType.HaveBlocks =>
                last.Block.Index + last.Count + next.Count <= ContentLimits.BlocksPerPart
                && next.Block == WireFormat.Next(last.Block, (int)last.Count),
            FrameType.Cancel or FrameType.Reject =>
                last.Value == next.Value
                && unchecked((uint)last.Number + last.Count) == (uint)next.Number
                && last.Count + next.Count <= WireLimits.RequestsPerFrame,
            _ => false,
        };
        if (merges) last = last with { Count = last.Count + next.Count };
        return merges;
    }

    private void WriteSegmentRanges(TransmitBatch batch)
    {
        var (type, channel) = (_items[0].Type, _items[0].Channel);
        var count = RunLength();
        var length = count * SegmentRange.Size;
        var bytes = FrameWriter.Start(batch, type, channel, length);
        for (var i = 0; i < count; i++)
        {
            var item = _items.Dequeue();
            var range = new SegmentRange(item.Block.Segment, item.Count);
            range.WriteTo(bytes[(i * SegmentRange.Size)..]);
        }

        FrameWriter.Finish(batch, length);
    }

    private void WriteBlockRanges(TransmitBatch batch)
    {
        var channel = _items[0].Channel;
        var count = RunLength();
        var length = count * BlockRange.Size;
        var bytes = FrameWriter.Start(batch, FrameType.HaveBlocks, channel, length);
        for (var i = 0; i < count; i++)
        {
            var item = _items.Dequeue();
            new BlockRange(item.Block, (ushort)item.Count).WriteTo(bytes[(i * BlockRange.Size)..]);
        }

        FrameWriter.Finish(batch, length);
    }

    private int RunLength()
    {
        var most = Math.Min(_items.Count, WireLimits.RangesPerFrame);
        var run = 1;
        while (run < most
            && _items[run].Type == _items[0].Type
            && _items[run].Channel == _items[0].Channel) run++;
        return run;
    }

    private void WriteOne(TransmitBatch batch, in ControlItem item)
    {
        _payloadBytes -= item.Payload.Length;
        var channel = item.Channel;
        switch (item.Type)
        {
            case FrameType.Pong:
                new PingFrame(item.Number).Write(batch, FrameType.Pong);
                break;
            case FrameType.Open:
                new OpenFrame(item.ChannelKind, (ushort)item.Value, item.Body!.Value)
                    .Write(batch, channel);
                break;
            case FrameType.Accept:
                new AcceptFrame((ushort)item.Value, item.Body).Write(batch, channel);
                break;
            case FrameType.Credit:
                new CreditFrame((ushort)item.Value).Write(batch, channel);
                break;
            case FrameType.Refuse:
                new RefuseFrame((RejectReason)item.Value).Write(batch, channel);
                break;
            case FrameType.RecordsWant:
                new SegmentRange(item.Block.Segment, item.Count).Write(batch, item.Type, channel);
                break;
            case FrameType.Records:
                RecordsFrame.Write(batch, channel, item.Block.Segment, item.Payload.Span);
                break;
            case FrameType.LeavesWant:
                LeavesFrame.WriteWant(batch, channel, item.Block);
                break;
            case FrameType.Leaves:
                LeavesFrame.Write(batch, channel, item.Block, item.Payload.Span);
                break;
            case FrameType.Interest:
                new InterestFrame(item.Block.Segment, item.Count, (InterestRole)item.Value)
                    .Write(batch, channel);
                break;
            case FrameType.Cancel:
                new CancelFrame((uint)item.Number, (ushort)item.Count).Write(batch, channel);
                break;
            case FrameType.Reject:
                new RejectFrame((uint)item.Number, (ushort)item.Count, (RejectReason)item.Value)
                    .Write(batch, channel);
                break;
            default:
                FrameWriter.Write(batch, item.Type, channel, item.Payload.Span);
                break;
        }
    }
}
