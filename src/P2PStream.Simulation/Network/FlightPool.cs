namespace P2PStream.Simulation;

/// <summary>Flights that are not under way.</summary>
internal sealed class FlightPool
{
    private readonly Stack<Flight> _free = new();

    public Flight Rent(LinkEnd to)
    {
        if (!_free.TryPop(out var flight)) flight = new Flight();
        flight.Reset(to);
        return flight;
    }

    public void Return(Flight flight)
    {
        // What carried a catalog of many KiB is rather made anew.
        if (flight.Bytes.Length <= 4096) _free.Push(flight);
    }
}
