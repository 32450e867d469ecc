namespace P2PStream.Protocol;

/// <summary>Says which blocks may go out now: the place of a rate limit. See
/// <see cref="FairLimiter"/>.</summary>
public interface IServeGate
{
    /// <summary>Asks for one block. No is meant for all blocks of its stream, until later.</summary>
    /// <param name="stream">The block's stream.</param>
    /// <param name="bytes">Its frame, head and payload.</param>
    /// <param name="wanted">With it, what the stream could send in this batch.</param>
    /// <param name="deadline">When it is due at the remote, on the session's clock.</param>
    /// <param name="now">The present.</param>
    bool TryPass(StreamId stream, int bytes, int wanted, TimeSpan deadline, TimeSpan now);
}
