namespace P2PStream.Http;

/// <summary>A part of a resource.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes, at least 1.</param>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>The byte after the last.</summary>
    public long End => Offset + Length;
}
