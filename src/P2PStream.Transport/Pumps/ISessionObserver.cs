using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>Hears what the session of a <see cref="LinkPump"/> has to tell.</summary>
public interface ISessionObserver
{
    /// <summary>Takes an event. Called one at a time, in order, outside the session's lock; until
    /// it completes nothing more is read from the link. <see cref="SessionEventKind.Ended"/> is the
    /// last.</summary>
    /// <param name="sessionEvent">What happened; the lease in it, if any, now belongs to the
    /// observer.</param>
    /// <param name="cancellationToken">The pump is being stopped: return soon.</param>
    ValueTask OnEventAsync(SessionEvent sessionEvent, CancellationToken cancellationToken);

    /// <summary>All events at hand have been told: whoever gathers them may hand them on together.
    /// Must not throw.</summary>
    void OnToldAll()
    {
    }
}
