using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>What wakes a DHT node's loop: a datagram, a request, or (empty) the timer.</summary>
/// <param name="Buffer">A rented buffer with the datagram.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="From">Who sent it.</param>
/// <param name="Request">Something to do on the loop.</param>
internal readonly record struct DhtInput(
    byte[]? Buffer, int Length, DhtEndPoint From, Action<TimeSpan>? Request);
