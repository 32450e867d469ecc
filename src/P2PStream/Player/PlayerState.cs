namespace P2PStream;

/// <summary>What a player is doing.</summary>
public enum PlayerStatus
{
    /// <summary>Not started: fetching its first media.</summary>
    Starting,

    /// <summary>Playing.</summary>
    Playing,

    /// <summary>Paused by the viewer.</summary>
    Paused,

    /// <summary>Out of media: a stall.</summary>
    Stalled,

    /// <summary>At the end.</summary>
    Ended,
}

/// <summary>What a player reports: from this the swarm derives every deadline.</summary>
/// <param name="Status">What it is doing.</param>
/// <param name="Position">Where the playhead is on the media time line.</param>
/// <param name="BufferedAhead">Media ahead of the playhead that the player holds.</param>
/// <param name="Rate">Playback rate, 1 for normal speed.</param>
public readonly record struct PlayerState(
    PlayerStatus Status, TimeSpan Position, TimeSpan BufferedAhead, double Rate = 1);
