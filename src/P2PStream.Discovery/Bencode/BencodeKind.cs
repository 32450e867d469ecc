namespace P2PStream.Discovery;

/// <summary>What comes next in bencoded bytes.</summary>
internal enum BencodeKind
{
    /// <summary>Nothing: the bytes have ended.</summary>
    None,

    /// <summary>A byte that starts nothing.</summary>
    Invalid,

    /// <summary><c>i…e</c>.</summary>
    Integer,

    /// <summary><c>length:bytes</c>.</summary>
    String,

    /// <summary><c>l…e</c>.</summary>
    List,

    /// <summary><c>d…e</c>.</summary>
    Dictionary,

    /// <summary>The <c>e</c> of a list or dictionary.</summary>
    End,
}
