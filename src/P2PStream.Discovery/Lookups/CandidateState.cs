namespace P2PStream.Discovery;

/// <summary>How far a look-up is with one node.</summary>
internal enum CandidateState : byte
{
    /// <summary>Not asked yet.</summary>
    New,

    /// <summary>Asked, and counted against the look-up's width.</summary>
    Asked,

    /// <summary>Past the soft time-out: counted no more, but the look-up still waits.</summary>
    Slow,

    /// <summary>Past all patience: the look-up ends without it.</summary>
    Overdue,

    /// <summary>Answered.</summary>
    Alive,

    /// <summary>Failed, or answered under another ID.</summary>
    Failed,
}
