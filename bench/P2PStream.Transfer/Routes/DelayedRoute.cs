namespace P2PStream.Transfer;

/// <summary>Loopback through a relay that holds every byte back, at any rate.</summary>
/// <param name="roundTripMilliseconds">What a round trip takes.</param>
internal sealed class DelayedRoute(int roundTripMilliseconds) : Route
{
    private readonly List<EndProcess> _relays = [];

    public override async ValueTask<string> ThroughAsync(string seed)
    {
        var relay = Place.Here.Start(OwnProgram.End(
            "relay", $"roundTrip={roundTripMilliseconds}", $"to={seed}"));
        _relays.Add(relay);
        await relay.ReadyAsync();
        return relay.Address;
    }

    public override async Task CheckAsync(long bytes)
    {
        var carried = 0.0;
        foreach (var relay in _relays)
        {
            relay.Say("stats");
            carried += (await relay.NumbersAsync("stats"))["carried"];
        }

        if (carried < bytes)
            throw new InvalidDataException($"the relay carried {carried:0} of {bytes} bytes");
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays) await relay.DisposeAsync();
    }
}
