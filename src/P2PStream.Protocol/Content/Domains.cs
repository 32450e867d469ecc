namespace P2PStream.Protocol;

/// <summary>The domain strings of every hash and signature, zero-padded to one SHA-256 input block:
/// what is hashed after them stays aligned, and no value of one kind can pass for
/// another.</summary>
internal static class Domains
{
    /// <summary>Bytes of a padded domain string: SHA-256's input block.</summary>
    public const int Size = 64;

    public static readonly byte[] Leaf = Pad("P2PStream leaf v1"u8);
    public static readonly byte[] Node = Pad("P2PStream node v1"u8);
    public static readonly byte[] Empty = Pad("P2PStream empty tree v1"u8);
    public static readonly byte[] Part = Pad("P2PStream part v1"u8);
    public static readonly byte[] PartOfSegment = Pad("P2PStream part of segment v1"u8);
    public static readonly byte[] Segment = Pad("P2PStream segment v1"u8);
    public static readonly byte[] Record = Pad("P2PStream record v1"u8);
    public static readonly byte[] Catalog = Pad("P2PStream catalog v1"u8);
    public static readonly byte[] Delegation = Pad("P2PStream delegation v1"u8);
    public static readonly byte[] Stream = Pad("P2PStream stream v1"u8);
    public static readonly byte[] ItemSalt = Pad("P2PStream item salt v1"u8);
    public static readonly byte[] ItemKey = Pad("P2PStream item key v1"u8);
    public static readonly byte[] EpochSeed = Pad("P2PStream epoch key v1"u8);
    public static readonly byte[] StreamSecret = Pad("P2PStream stream secret v1"u8);
    public static readonly byte[] RecordSignature = Pad("P2PStream record signature v1"u8);
    public static readonly byte[] CatalogSignature = Pad("P2PStream catalog signature v1"u8);
    public static readonly byte[] DelegationSignature = Pad("P2PStream delegation signature v1"u8);

    private static byte[] Pad(ReadOnlySpan<byte> text)
    {
        var block = new byte[Size];
        text.CopyTo(block);
        return block;
    }
}
