namespace P2PStream.Protocol;

/// <summary>How an authority relates to the highest one seen.</summary>
public enum AuthorityOrder
{
    /// <summary>Higher: it counts from now on.</summary>
    Newer,

    /// <summary>The one that counts already.</summary>
    Same,

    /// <summary>Lower: to be ignored, not punished; its sender is behind.</summary>
    Older,

    /// <summary>The publisher signed two different things under one number: proof that its key is
    /// misused.</summary>
    Equivocation,
}
