using P2PStream.Scheduling;
using static P2PStream.Testing.PickerMoves;

namespace P2PStream.Testing;

/// <summary>Promises about lanes: positions grow, what slides out is over.</summary>
internal static class PickerRingCases
{
    internal static readonly (string Name, Action<IBlockPicker> Run)[] All =
    [
        ("Positions grow through slides and clears", PositionsGrow),
        ("A full ring refuses more", FullRing),
        ("What slides out is cancelled and its late block is not its successor's", LateBlock),
        ("A closed lane leaves nothing in flight", ClosesLane),
        ("Positions outside the ring are ignored", OutsideRing),
        ("A numbered source can be used again", ReusesNumbers),
    ];

    private static void PositionsGrow(IBlockPicker picker)
    {
        int lane = picker.OpenLane(10);
        Equal((0L, 10L), (picker.Head(lane), picker.Tail(lane)), "A ring starts at 0.");
        picker.Slide(lane, 4, Start);
        Equal((4L, 10L), (picker.Head(lane), picker.Tail(lane)), "A slide moves the head.");
        picker.Slide(lane, 2, Start);
        Equal(4L, picker.Head(lane), "A ring does not slide back.");
        picker.Clear(lane, Start);
        Equal((10L, 10L), (picker.Head(lane), picker.Tail(lane)), "A clear empties the ring.");
        Equal(10L, picker.Append(lane, 5, Soon), "Positions go on growing.");
    }

    private static void FullRing(IBlockPicker picker)
    {
        int lane = picker.OpenLane(new LaneOptions(64));
        picker.Append(lane, 64, Soon);
        try
        {
            picker.Append(lane, 1, Soon);
        }
        catch (InvalidOperationException)
        {
            picker.Slide(lane, 1, Start);
            Equal(64L, picker.Append(lane, 1, Soon), "What slid out makes room.");
            return;
        }
        throw new ContractException("A full ring took one more block.");
    }

    private static void LateBlock(IBlockPicker picker)
    {
        int lane = picker.OpenLane(new LaneOptions(64));
        picker.Append(lane, 64, Soon);
        int source = picker.AddSource(Peer, Start);
        picker.Advertise(source, lane, 0, 1, true, Start);
        Pick old = picker.PickAll(Start).Single();
        picker.Slide(lane, 1, Start);
        Equal(new Cancellation(old.Ticket, source, CancellationReason.NotWanted),
            picker.TakeCancelled().Single(), "What slides out is cancelled.");
        long successor = picker.Append(lane, 1, Soon);
        Require.That(!picker.Delivered(old.Ticket, BlockBytes, Start), "The late block is waste.");
        Equal(0, picker.PickAll(Start).Count, "An advertisement does not pass to the successor.");
        picker.Advertise(source, lane, successor, 1, true, Start);
        Equal(successor, picker.PickAll(Start).Single().Position, "The successor is still wanted.");
    }

    private static void ClosesLane(IBlockPicker picker)
    {
        int lane = picker.OpenLane(5);
        int source = picker.AddSeed(lane);
        int asked = picker.PickAll(Start).Count;
        picker.CloseLane(lane, Start);
        Equal(asked, picker.TakeCancelled().Count, "Every request of a closed lane is cancelled.");
        Equal(0, picker.Estimate(source).Outstanding, "Nothing is left in flight.");
        int next = picker.OpenLane(3);
        Equal(0, picker.PickAll(Start).Count, "A new lane inherits no advertisement.");
        Equal(3L, picker.Tail(next), "A new lane starts empty.");
    }

    private static void OutsideRing(IBlockPicker picker)
    {
        int lane = picker.OpenLane(10);
        picker.Slide(lane, 5, Start);
        int source = picker.AddSource(Peer, Start);
        picker.Advertise(source, lane, 0, 5, true, Start);
        picker.Advertise(source, lane, 10, 200, true, Start);
        picker.SetHeld(lane, 300, true, Start);
        picker.SetDeadline(lane, -10, 500, Soon);
        picker.Append(lane, 20, Soon);
        Equal(0, picker.PickAll(Start).Count, "Only positions in the ring can be advertised.");
    }

    private static void ReusesNumbers(IBlockPicker picker)
    {
        int lane = picker.OpenLane(2);
        for (int i = 0; i < 2_000; i++)
        {
            int source = picker.AddSeed(lane);
            Equal(2, picker.PickAll(Start).Count, $"The {i + 1}th source in turn is asked.");
            picker.RemoveSource(source, Start);
        }
    }
}
