namespace P2PStream.Http;

/// <summary>What a request's Range header asks for.</summary>
internal enum RangeKind
{
    /// <summary>All of it: no range, or one that a server may ignore (RFC 9110 14.2).</summary>
    Whole,

    /// <summary>One range.</summary>
    Part,

    /// <summary>A range outside the resource: 416.</summary>
    Unsatisfiable,
}
