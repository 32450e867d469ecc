using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Something for a stream's loop: a session's event, or work to be done on the loop.</summary>
/// <param name="Peer">The peer whose session speaks.</param>
/// <param name="Event">What it says.</param>
/// <param name="Work">Work on the loop; null for an event.</param>
/// <param name="Lease">A lease that the work takes over when it is done, and nobody otherwise.</param>
internal readonly record struct SwarmInput(
    int Peer, SessionEvent Event, Action<TimeSpan>? Work, Lease? Lease = null)
{
    /// <summary>It will not be handled: gives back what came with it.</summary>
    public void Drop()
    {
        Event.Lease?.Release();
        Lease?.Release();
    }
}
