namespace P2PStream;

/// <summary>
/// A player as P2PStream sees it: it pulls verified segments and says where its playhead is.
/// </summary>
public interface IPlayerAdapter
{
    /// <summary>What the player is doing; read often, from any thread.</summary>
    PlayerState State { get; }

    /// <summary>Plays until the end or until cancelled, pulling what it needs from <paramref name="media"/>.</summary>
    Task PlayAsync(IMediaSource media, CancellationToken cancellationToken);
}
