using P2PStream.Scheduling;
using static P2PStream.Testing.PickerMoves;

namespace P2PStream.Testing;

/// <summary>Promises about requests: who may be asked what, and how each request ends.</summary>
internal static class PickerRequestCases
{
    internal static readonly (string Name, Action<IBlockPicker> Run)[] All =
    [
        ("What a peer has and is wanted is asked for", Asks),
        ("Nothing is asked that was not advertised", OnlyAdvertised),
        ("A window limit is kept, and raised", KeepsWindow),
        ("A delivered block ends once", EndsOnce),
        ("A held block is not asked for; a lost one is, again", HeldAndLost),
        ("A failed request is asked elsewhere", FailsOver),
        ("A removed source frees what was asked of it", RemovesSource),
        ("A request that is never answered is given up in time", GivesUp),
        ("A peer is preferred to a source that costs money", PrefersPeers),
        ("A source that costs money is used when nobody else has a block", UsesOrigin),
    ];

    private static void Asks(IBlockPicker picker)
    {
        Require.That(!picker.TryPick(Start, out _), "An empty picker picks nothing.");
        int lane = picker.OpenLane(4);
        int source = picker.AddSeed(lane);
        List<Pick> picks = picker.PickAll(Start);
        Equal(4, picks.Count, "Everything wanted is asked for while there is room.");
        Equal(4, picks.Select(p => p.Position).Distinct().Count(), "Each block once.");
        Equal(4, picks.Select(p => p.Ticket).Distinct().Count(), "Each request has its ticket.");
        Equal(4, picker.Estimate(source).Outstanding, "Requests in flight are counted.");
        foreach (Pick pick in picks)
            Equal((source, lane, Soon), (pick.Source, pick.Lane, pick.Deadline), "Whom it asks.");
    }

    private static void OnlyAdvertised(IBlockPicker picker)
    {
        int lane = picker.OpenLane(8);
        int source = picker.AddSource(Peer, Start);
        picker.Advertise(source, lane, 2, 3, true, Start);
        picker.Advertise(source, lane, 3, 1, false, Start);
        picker.Advertise(source, lane, 8, 100, true, Start);
        long[] positions = [.. picker.PickAll(Start).Select(p => p.Position).Order()];
        Require.That(positions.SequenceEqual([2L, 4L]), "Only what is advertised is asked for.");
    }

    private static void KeepsWindow(IBlockPicker picker)
    {
        int lane = picker.OpenLane(64);
        int source = picker.AddSeed(lane);
        picker.SetWindowLimit(source, 1);
        Equal(1, picker.PickAll(Start).Count, "One request where one is allowed.");
        picker.SetWindowLimit(source, 0);
        Equal(0, picker.PickAll(Start).Count, "None where none is allowed.");
        picker.SetWindowLimit(source, 2);
        Equal(1, picker.PickAll(Start).Count, "One more when the limit is raised.");
    }

    private static void EndsOnce(IBlockPicker picker)
    {
        picker.AddSeed(picker.OpenLane(1));
        Pick pick = picker.PickAll(Start).Single();
        Require.That(picker.Delivered(pick.Ticket, BlockBytes, Soon), "A first delivery counts.");
        Require.That(!picker.Delivered(pick.Ticket, BlockBytes, Soon), "A second one is waste.");
        Require.That(!picker.Failed(pick.Ticket, FailureReason.Busy, Soon), "Nor can it fail.");
        Equal(0, picker.PickAll(Soon).Count, "A delivered block is not asked for again.");
        Equal(0, picker.Estimate(pick.Source).Outstanding, "Nothing is in flight.");
        Equal(0, picker.TakeCancelled().Count, "A delivered request is not cancelled.");
    }

    private static void HeldAndLost(IBlockPicker picker)
    {
        int lane = picker.OpenLane(2);
        picker.SetHeld(lane, 0, true, Start);
        picker.AddSeed(lane);
        Pick pick = picker.PickAll(Start).Single();
        Equal(1, pick.Position, "A held block is not asked for.");
        picker.SetHeld(lane, 1, true, Start);
        Equal(pick.Ticket, picker.TakeCancelled().Single().Ticket, "Held meanwhile: cancelled.");
        Require.That(!picker.Delivered(pick.Ticket, BlockBytes, Soon), "It had ended.");
        picker.SetHeld(lane, 0, false, Soon);
        Equal(0, picker.PickAll(Soon).Single().Position, "A lost block is wanted again.");
    }

    private static void FailsOver(IBlockPicker picker)
    {
        int lane = picker.OpenLane(1);
        int first = picker.AddSeed(lane), second = picker.AddSeed(lane);
        Pick pick = picker.PickAll(Start).Single();
        Require.That(
            picker.Failed(pick.Ticket, FailureReason.NotAvailable, Start), "A failure counts.");
        Require.That(
            !picker.Failed(pick.Ticket, FailureReason.NotAvailable, Start), "Only once.");
        Equal(first + second - pick.Source, picker.PickAll(Start).Single().Source,
            "Who does not have a block is not asked for it again.");
    }

    private static void RemovesSource(IBlockPicker picker)
    {
        int lane = picker.OpenLane(3);
        int gone = picker.AddSeed(lane);
        List<Pick> lost = picker.PickAll(Start);
        picker.RemoveSource(gone, Start);
        Equal(0, picker.TakeCancelled().Count, "There is nobody left to cancel at.");
        Require.That(!picker.Delivered(lost[0].Ticket, BlockBytes, Start), "Its requests ended.");
        Equal(0, picker.PickAll(Start).Count, "Nobody has the blocks.");
        picker.AddSeed(lane);
        Equal(3, picker.PickAll(Start).Count, "The blocks are wanted again.");
    }

    private static void GivesUp(IBlockPicker picker)
    {
        int lane = picker.OpenLane(1);
        int silent = picker.AddSeed(lane);
        Pick pick = picker.PickAll(Start).Single();
        TimeSpan patience = Start + TimeSpan.FromMinutes(5);
        while (picker.NextWakeUp is { } wake && wake < patience)
        {
            picker.Tick(wake);
            List<Cancellation> cancelled = picker.TakeCancelled();
            if (cancelled.Count == 0) continue;
            Equal(new Cancellation(pick.Ticket, silent, CancellationReason.Stalled),
                cancelled.Single(), "A stall is reported.");
            picker.SetWindowLimit(silent, 0);
            picker.AddSeed(lane);
            Equal(1, picker.PickAll(wake).Count, "A stalled block is wanted again.");
            return;
        }
        throw new ContractException("A request that is never answered is never given up.");
    }

    private static void PrefersPeers(IBlockPicker picker)
    {
        int lane = picker.OpenLane(4);
        int origin = picker.AddSource(Peer with { Price = 1 }, Start);
        picker.Advertise(origin, lane, 0, 4, true, Start);
        int peer = picker.AddSeed(lane);
        foreach (Pick pick in picker.PickAll(Start))
            Equal(peer, pick.Source, "A peer that has a block in time is asked for it.");
    }

    private static void UsesOrigin(IBlockPicker picker)
    {
        int lane = picker.OpenLane(4);
        int origin = picker.AddSource(Peer with { Price = 1 }, Start);
        picker.Advertise(origin, lane, 0, 4, true, Start);
        Equal(4, picker.PickAll(Soon).Count, "At the deadline at the latest.");

        int later = picker.OpenLane(new LaneOptions(64));
        picker.Append(later, 2, Soon + TimeSpan.FromHours(1));
        picker.Advertise(origin, later, 0, 2, true, Soon);
        Equal(0, picker.PickAll(Soon).Count, "Not an hour before, unless elected.");
        picker.Elect(origin, later, 1, 1, true, Soon);
        Equal(1, picker.PickAll(Soon).Single().Position, "At once where elected.");
    }
}
