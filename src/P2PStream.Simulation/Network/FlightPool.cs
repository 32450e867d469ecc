namespace P2PStream.Simulation;

/// <summary>Flights that are not under way.</summary>
internal sealed class FlightPool
{
    private const int MostKept = 256;

    private readonly Stack<Flight> _free = new();

    public Flight Rent(LinkEnd to)
    {
        if (!_free.TryPop(out var flight)) flight = new Flight();
        flight.Reset(to);
        return flight;
    }

    public void Return(Flight flight)
    {
        // What carried a catalog or a leaf list is rather made anew: most carry some ten bytes.
        if (flight.Bytes.Length <= MostKept) _free.Push(flight);
    }
}
