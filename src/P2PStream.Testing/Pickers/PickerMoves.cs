using P2PStream.Scheduling;

namespace P2PStream.Testing;

/// <summary>Short ways to say what the cases do to a picker.</summary>
internal static class PickerMoves
{
    /// <summary>Bytes of a block in these cases.</summary>
    internal const int BlockBytes = 16_384;

    /// <summary>
    /// When the cases begin; not zero, since zero would hide a picker that ignores time.
    /// </summary>
    internal static readonly TimeSpan Start = TimeSpan.FromSeconds(1);

    /// <summary>A deadline that is neither past nor far.</summary>
    internal static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    internal static readonly SourceProfile Peer = new(
        Price: 0, Rate: 1e6, TimeSpan.FromMilliseconds(20), WindowLimit: 16, Salt: 1);

    internal static int OpenLane(this IBlockPicker picker, int blocks)
    {
        int lane = picker.OpenLane(new LaneOptions(Capacity: 256));
        picker.Append(lane, blocks, Soon);
        return lane;
    }

    /// <summary>Adds a peer that has everything in a lane.</summary>
    internal static int AddSeed(this IBlockPicker picker, int lane)
    {
        int source = picker.AddSource(Peer, Start);
        long head = picker.Head(lane);
        picker.Advertise(source, lane, head, (int)(picker.Tail(lane) - head), true, Start);
        return source;
    }

    internal static List<Pick> PickAll(this IBlockPicker picker, TimeSpan now)
    {
        var picks = new List<Pick>();
        while (picker.TryPick(now, out Pick pick)) picks.Add(pick);
        return picks;
    }

    internal static List<Cancellation> TakeCancelled(this IBlockPicker picker)
    {
        var cancelled = new List<Cancellation>();
        while (picker.TryTakeCancelled(out Cancellation one)) cancelled.Add(one);
        return cancelled;
    }

    internal static void Equal<T>(T expected, T actual, string promise) =>
        Require.That(
            EqualityComparer<T>.Default.Equals(expected, actual),
            $"{promise} Expected {expected}, got {actual}.");
}
