namespace P2PStream.Discovery.Tests;

/// <summary>Under which ID one of the <see cref="Colluders"/> answers.</summary>
public enum ColluderIds
{
    /// <summary>The one that its address allows.</summary>
    Own,

    /// <summary>The one beside the target that a fellow named it by.</summary>
    Promised,

    /// <summary>Another one beside the target each time.</summary>
    Fresh,
}
