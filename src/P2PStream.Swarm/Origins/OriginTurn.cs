namespace P2PStream.Swarm;

/// <summary>
/// How a part stands with the origin: whether its turn has come, who is at work on it and whether it grows.
/// What peers claim counts for a moment only; what they deliver counts.
/// </summary>
internal sealed class OriginTurn
{
    /// <summary>So long after its turn has come what peers say that they have is progress: it is on its way
    /// here, or was made up.</summary>
    private static readonly TimeSpan ClaimsCountFor = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(1);

    /// <summary>Twice as long each time: 64 s at most.</summary>
    private const int MostDoublings = 6;

    private TimeSpan _due = TimeSpan.MaxValue;
    private TimeSpan _progress = TimeSpan.MinValue;
    private TimeSpan _delivery = TimeSpan.MinValue;
    private TimeSpan _notBefore = TimeSpan.MinValue;
    private int _failures;
    private bool _isClaimed;
    private bool _isDelivered;

    /// <summary>True while this node is elected to fetch it.</summary>
    public bool IsElected { get; set; }

    /// <summary>True while the origin is a source for it.</summary>
    public bool IsOffered { get; set; }

    /// <summary>True while the origin is a source for those of its blocks alone that <see cref="OriginHands"/> has
    /// come to.</summary>
    public bool IsByHands { get; set; }

    /// <summary>Hands that it has come to.</summary>
    public int Hands { get; set; }

    /// <summary>True once the origin said that it does not have blocks of it: the picker counts on it for these
    /// no more until it is told anew.</summary>
    public bool IsRefused { get; set; }

    /// <summary>True once the peer that should have fetched it has been noted.</summary>
    public bool IsLapseNoted { get; set; }

    /// <summary>True once this node has asked the origin for a block of it.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>True once a block of it was here before any peer showed it.</summary>
    public bool IsFetchedHere { get; private set; }

    /// <summary>True once a block of it was delivered, by the origin or a peer.</summary>
    public bool IsDelivered => _isDelivered;

    /// <summary>The lowest rank (<see cref="OriginElection.Rank"/>) of the peers that gave a block which they
    /// had been the first to show: they are fetching it.</summary>
    public ulong LowestFetcher { get; private set; } = ulong.MaxValue;

    /// <summary>True once its turn has come.</summary>
    public bool HasCome => _due < TimeSpan.MaxValue;

    /// <summary>True for what is offered before its turn: it had come too early. Who is at work on it goes
    /// on.</summary>
    public bool IsEarly => IsOffered && !HasCome && !IsAsked;

    /// <summary>Its turn has come, unless it had come before.</summary>
    public void Come(TimeSpan now)
    {
        if (HasCome) return;
        _due = _progress = now;
    }

    /// <summary>Its turn is to come anew: it had come because of what peers claimed.</summary>
    public void Restart()
    {
        _due = TimeSpan.MaxValue;
        _isClaimed = _isDelivered = false;
        LowestFetcher = ulong.MaxValue;
    }

    /// <summary>True while the origin has just said that it does not have it.</summary>
    public bool Rests(TimeSpan now) => now < _notBefore;

    /// <summary>True when somebody is at work on it, as far as can be seen.</summary>
    public bool IsBegun(TimeSpan now) =>
        IsAsked || _isDelivered || (_isClaimed && now - _due <= ClaimsCountFor);

    /// <summary>How long it has not grown since its turn came; zero before that.</summary>
    public TimeSpan Idle(TimeSpan now) => _due < TimeSpan.MaxValue ? now - _progress : TimeSpan.Zero;

    /// <summary>How long nothing of it has been delivered since its turn came; zero before that.</summary>
    public TimeSpan Undelivered(TimeSpan now) =>
        _due < TimeSpan.MaxValue ? now - (_delivery > _due ? _delivery : _due) : TimeSpan.Zero;

    /// <summary>The origin has been asked for a block of it; only the first time is progress.</summary>
    public void Ask(TimeSpan now)
    {
        if (!IsAsked) _progress = now;
        IsAsked = true;
    }

    /// <summary>A peer says that it has a block that nobody had.</summary>
    public void Claim(TimeSpan now)
    {
        _isClaimed = true;
        if (_due < TimeSpan.MaxValue && now - _due <= ClaimsCountFor) _progress = now;
    }

    /// <summary>A block came, verified or not: its leaf may not be known yet.</summary>
    /// <param name="isNew">True when no peer had shown it.</param>
    /// <param name="fetcher">The rank of the peer that was the first to show it, and gave it; null for any
    /// other giver.</param>
    /// <param name="now">The time.</param>
    public void Deliver(bool isNew, ulong? fetcher, TimeSpan now)
    {
        IsFetchedHere |= isNew;
        _isDelivered = true;
        _progress = _delivery = now;
        _failures = 0;
        if (fetcher < LowestFetcher) LowestFetcher = fetcher.Value;
    }

    /// <summary>Nobody brings it forward: whoever was at work on it is no more.</summary>
    public void Forsake() => LowestFetcher = ulong.MaxValue;

    /// <summary>The origin does not have it.</summary>
    public void Miss(TimeSpan now)
    {
        IsRefused = true;
        _notBefore = now + FirstBackOff * (1 << Math.Min(_failures++, MostDoublings));
    }

    /// <summary>The origin is no source any more.</summary>
    public void Withdraw()
    {
        IsElected = IsOffered = IsByHands = false;
        Hands = 0;
    }
}
