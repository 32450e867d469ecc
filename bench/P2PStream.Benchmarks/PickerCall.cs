using P2PStream.Scheduling;

namespace P2PStream.Benchmarks;

/// <summary>What was called.</summary>
internal enum PickerCallKind : byte
{
    Append,
    Slide,
    Advertise,
    Measured,
    Delivered,
    Busy,
    Tick,
    Drain,
}

/// <summary>One call of a recorded trace, as a host makes them.</summary>
internal readonly record struct PickerCall(
    PickerCallKind Kind, TimeSpan Now, int Source = 0, long Position = 0, int Count = 0,
    uint Ticket = 0)
{
    private const int BlockBytes = 16_384;

    /// <summary>Makes the call; what it picks is counted.</summary>
    internal int Apply(IBlockPicker picker, int lane)
    {
        switch (Kind)
        {
            case PickerCallKind.Append: picker.Append(lane, Count, Now + PickerTrace.Ahead); break;
            case PickerCallKind.Slide: picker.Slide(lane, Position, Now); break;
            case PickerCallKind.Advertise:
                picker.Advertise(Source, lane, Position, Count, true, Now);
                break;
            case PickerCallKind.Measured:
                picker.Measured(Source, TimeSpan.FromMilliseconds(Count));
                break;
            case PickerCallKind.Delivered: picker.Delivered(Ticket, BlockBytes, Now); break;
            case PickerCallKind.Busy: picker.Failed(Ticket, FailureReason.Busy, Now); break;
            case PickerCallKind.Tick: picker.Tick(Now); break;
            default: return Drain(picker);
        }
        return 0;
    }

    /// <summary>What a host does after every event.</summary>
    private int Drain(IBlockPicker picker)
    {
        int picked = 0;
        while (picker.TryTakeCancelled(out _)) { }
        while (picker.TryPick(Now, out _)) picked++;
        while (picker.TryTakeCancelled(out _)) { }
        _ = picker.NextWakeUp;
        return picked;
    }
}
