namespace P2PStream.Discovery;

/// <summary>What has become of a query that is still unanswered.</summary>
internal enum QueryTimeout
{
    /// <summary>Slow: another may be sent beside it.</summary>
    Soft,

    /// <summary>So slow that a look-up ends without it.</summary>
    Patience,

    /// <summary>Failed.</summary>
    Hard,
}
