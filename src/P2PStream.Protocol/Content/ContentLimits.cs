namespace P2PStream.Protocol;

/// <summary>Sizes of content, in the units named.</summary>
public static class ContentLimits
{
    /// <summary>Bytes in every block but the last of a part.</summary>
    public const int BlockBytes = 16 * 1024;

    /// <summary>Blocks in a part, at most: 64 MiB.</summary>
    public const int BlocksPerPart = 4096;

    /// <summary>Bytes in a part, at most.</summary>
    public const int PartBytes = BlockBytes * BlocksPerPart;

    /// <summary>Parts in a segment, at most.</summary>
    public const int PartsPerSegment = 64;

    /// <summary>Tracks in a catalog, at most.</summary>
    public const int Tracks = 256;

    /// <summary>Bytes of an encoded catalog, at most.</summary>
    public const int CatalogBytes = 256 * 1024;

    /// <summary>Bytes of an encoded record, at most.</summary>
    public const int RecordBytes = 8 * 1024;

    /// <summary>How many blocks a part of that many bytes has.</summary>
    public static int BlockCount(int partBytes) => (partBytes + BlockBytes - 1) / BlockBytes;
}
