namespace P2PStream.Swarm;

/// <summary>An address that may be dialled.</summary>
/// <param name="address">Where.</param>
/// <param name="scope">What its text says.</param>
internal sealed class Candidate(DialAddress address, AddressScope scope)
{
    /// <summary>How long a node's word is fresh: so long do nodes of the hash table keep a peer after it was
    /// announced (BEP 5 implementations; ours, too).</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(30);

    // Apart, since a number of 16 bytes in a value has a place of 16 for each number beside it.
    private readonly UInt128 _host = scope.Host;
    private readonly AddressKind _kind = scope.Kind;

    public DialAddress Address { get; } = address;

    public AddressScope Scope => new(_kind, _host);

    public CandidateState State { get; set; }

    public CandidateSource Source { get; set; }

    public PeerProximity Proximity { get; set; }

    public bool IsHearsay => Source >= CandidateSource.Itself;

    /// <summary>True when the dial that is under way, or led to the link that there is, was this
    /// node's.</summary>
    public bool IsDialled { get; set; }

    /// <summary>Dials in a row that led to no lasting link.</summary>
    public int Failures { get; set; }

    /// <summary>When it was last told of, or linked.</summary>
    public TimeSpan HeardAt { get; set; }

    public TimeSpan LinkedAt { get; set; }

    public TimeSpan NotBefore { get; set; } = TimeSpan.MinValue;

    public bool IsReady(TimeSpan now) => State == CandidateState.Idle && now >= NotBefore;

    /// <summary>True when it has not been told of for so long that nobody is likely to be there. What the link
    /// names is told of once.</summary>
    public bool IsStale(TimeSpan now) => Source != CandidateSource.Link && now - HeardAt > Fresh;

    /// <summary>Below zero when it is to be dialled before another: who has failed less, then what is no hearsay,
    /// then what was told of lately, then who is nearer. Zero when nothing tells them apart.</summary>
    /// <param name="other">Another.</param>
    /// <param name="anywhere">True to make no difference between near and far.</param>
    /// <param name="now">The time.</param>
    public int CompareTo(Candidate other, bool anywhere, TimeSpan now)
    {
        if (Failures != other.Failures) return Failures.CompareTo(other.Failures);
        if (IsHearsay != other.IsHearsay) return IsHearsay.CompareTo(other.IsHearsay);
        var (isStale, isOtherStale) = (IsStale(now), other.IsStale(now));
        if (isStale != isOtherStale) return isStale.CompareTo(isOtherStale);
        // An enumeration's own comparison would make objects of both.
        return anywhere ? 0 : (int)Proximity - (int)other.Proximity;
    }

    /// <summary>True when it is to give way before another: hearsay, then what has failed more, then what is less
    /// trusted, then what was told of longer ago.</summary>
    public bool IsWorseThan(Candidate other)
    {
        if (IsHearsay != other.IsHearsay) return IsHearsay;
        if (Failures != other.Failures) return Failures > other.Failures;
        return Source != other.Source ? Source > other.Source : HeardAt < other.HeardAt;
    }

    public PeerCandidate Show(TimeSpan now) => new(
        Address, Source, Proximity, now - HeardAt, State, Failures,
        State == CandidateState.Idle && NotBefore > now ? NotBefore - now : TimeSpan.Zero);
}
