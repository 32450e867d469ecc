namespace P2PStream;

/// <summary>Where a segment's bytes lie on this machine.</summary>
/// <param name="Path">A file's full path.</param>
/// <param name="Offset">The segment's first byte in it.</param>
public readonly record struct LocalMedia(string Path, long Offset);
