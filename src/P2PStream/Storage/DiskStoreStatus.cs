namespace P2PStream;

/// <summary>How a <see cref="DiskBlockStore"/> is.</summary>
public enum DiskStoreStatus
{
    /// <summary>The last write was kept.</summary>
    Working,

    /// <summary>The disk has no room, although the store's budget has.</summary>
    DiskFull,

    /// <summary>Its folder or a file of it cannot be read or written.</summary>
    NotAccessible,
}
