namespace P2PStream.Protocol;

/// <summary>One part of a segment as its record states it.</summary>
/// <param name="Length">Bytes, 0 to <see cref="ContentLimits.PartBytes"/>.</param>
/// <param name="Root">Root of the tree over the part's blocks.</param>
public readonly record struct PartDigest(int Length, Hash256 Root)
{
    /// <summary>How many blocks it has.</summary>
    public int Blocks => ContentLimits.BlockCount(Length);

    /// <summary>Bytes in one of its blocks.</summary>
    public int BlockLength(int index) =>
        Math.Min(ContentLimits.BlockBytes, Length - index * ContentLimits.BlockBytes);
}
