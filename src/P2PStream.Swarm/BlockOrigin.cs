namespace P2PStream.Swarm;

/// <summary>Who delivered a block; viewers, publisher and origin are counted apart.</summary>
public enum BlockOrigin
{
    /// <summary>Another viewer.</summary>
    Viewer,

    /// <summary>The publisher or an edge node.</summary>
    Publisher,

    /// <summary>The origin.</summary>
    Origin,
}
