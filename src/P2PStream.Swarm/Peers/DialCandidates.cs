namespace P2PStream.Swarm;

/// <summary>Addresses that may be dialled, with back-off. Bounded; says whom to dial next: who has failed least,
/// then what is no hearsay, then who is nearer, then in the order heard.</summary>
internal sealed class DialCandidates
{
    /// <summary>Addresses remembered at most.</summary>
    public const int Limit = 1024;

    /// <summary>Addresses that are never to be dialled, remembered apart: nothing displaces them. Only who was
    /// linked can add to them.</summary>
    public const int MostForbidden = 4096;

    /// <summary>After so many failures in a row hearsay may take the place of an address from host or search.</summary>
    public const int HopelessFailures = 5;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);

    /// <summary>A link that lasts so long was a success; one that ends before, such as at a node with too many
    /// links, is one more failure.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);

    private readonly Dictionary<DialAddress, Candidate> _byAddress = [];
    private readonly List<Candidate> _all = [];
    private readonly Dictionary<DialAddress, bool> _forbidden = [];

    public int Dialing { get; private set; }

    /// <summary>True while one could be dialled now or is being dialled.</summary>
    public bool AnyHope(TimeSpan now)
    {
        foreach (var candidate in _all)
            if (candidate.State == State.Dialing || IsReady(candidate, now)) return true;
        return false;
    }

    public bool Knows(DialAddress address) =>
        _byAddress.ContainsKey(address) || _forbidden.ContainsKey(address);

    /// <summary>True when a dial to the address is under way, or led to the link that there is.</summary>
    public bool IsDialled(DialAddress address) =>
        _byAddress.TryGetValue(address, out var candidate) && candidate.IsDialled;

    /// <param name="address">The address.</param>
    /// <param name="isHearsay">True when a peer said so; false when the host or a search did.</param>
    public void Add(DialAddress address, bool isHearsay)
    {
        if (_forbidden.ContainsKey(address)) return;
        if (_byAddress.TryGetValue(address, out var known))
        {
            known.IsHearsay &= isHearsay;
            return;
        }

        if (_all.Count >= Limit && !DropWorst(isHearsay)) return;
        var candidate = new Candidate(address) { IsHearsay = isHearsay };
        _byAddress.Add(address, candidate);
        _all.Add(candidate);
    }

    public bool TryNext(TimeSpan now, out DialAddress address)
    {
        Candidate? best = null;
        foreach (var candidate in _all)
            if (IsReady(candidate, now) && (best is null || IsBetter(candidate, best))) best = candidate;
        address = best?.Address ?? default;
        if (best is null) return false;
        best.State = State.Dialing;
        best.IsDialled = true;
        Dialing++;
        return true;
    }

    /// <summary>A dial ended.</summary>
    /// <param name="address">The address.</param>
    /// <param name="linked">True when it led to a link (or to a node that is linked already).</param>
    /// <param name="now">The time.</param>
    public void Dialed(DialAddress address, bool linked, TimeSpan now)
    {
        if (!_byAddress.TryGetValue(address, out var candidate) || candidate.State != State.Dialing)
            return;
        Dialing--;
        if (linked)
        {
            candidate.State = State.Linked;
            candidate.LinkedAt = now;
        }
        else BackOff(candidate, now);
    }

    /// <summary>A node that listens at the address is linked, whoever dialled.</summary>
    public void Linked(DialAddress address, TimeSpan now)
    {
        Add(address, isHearsay: true);
        if (!_byAddress.TryGetValue(address, out var candidate)) return;
        if (candidate.State == State.Dialing) Dialing--;
        if (candidate.State != State.Linked) candidate.LinkedAt = now;
        candidate.State = State.Linked;
    }

    /// <summary>A link to the address ended.</summary>
    public void Unlinked(DialAddress address, TimeSpan now)
    {
        if (!_byAddress.TryGetValue(address, out var candidate) || candidate.State != State.Linked)
            return;
        if (now - candidate.LinkedAt >= Lasting) candidate.Failures = 0;
        BackOff(candidate, now);
    }

    /// <summary>Never dial it again. One more than <see cref="MostForbidden"/> is merely forgotten.</summary>
    public void Forbid(DialAddress address)
    {
        if (_forbidden.Count < MostForbidden) _forbidden.TryAdd(address, true);
        if (!_byAddress.Remove(address, out var candidate)) return;
        if (candidate.State == State.Dialing) Dialing--;
        _all.Remove(candidate);
    }

    private static bool IsReady(Candidate candidate, TimeSpan now) =>
        candidate.State == State.Idle && now >= candidate.NotBefore;

    private static void BackOff(Candidate candidate, TimeSpan now)
    {
        var wait = FirstBackOff * Math.Pow(2, Math.Min(candidate.Failures++, 10));
        candidate.State = State.Idle;
        candidate.IsDialled = false;
        candidate.NotBefore = now + (wait < LongestBackOff ? wait : LongestBackOff);
    }

    private static bool IsBetter(Candidate candidate, Candidate other) =>
        candidate.Failures != other.Failures
            ? candidate.Failures < other.Failures
            : candidate.IsHearsay != other.IsHearsay
                ? !candidate.IsHearsay
                : candidate.Distance < other.Distance;

    /// <summary>Makes room: hearsay goes first, and of it what has failed most.</summary>
    private bool DropWorst(bool forHearsay)
    {
        Candidate? worst = null;
        foreach (var candidate in _all)
            if (candidate.State == State.Idle && MayGo(candidate, forHearsay)
                && (worst is null || IsWorse(candidate, worst))) worst = candidate;
        if (worst is null) return false;
        _all.Remove(worst);
        _byAddress.Remove(worst.Address);
        return true;
    }

    /// <summary>Hearsay displaces no untried address, whoever told it; host and search displace all hearsay.</summary>
    private static bool MayGo(Candidate candidate, bool forHearsay) => forHearsay
        ? candidate.Failures >= (candidate.IsHearsay ? 1 : HopelessFailures)
        : candidate.Failures > 0 || candidate.IsHearsay;

    private static bool IsWorse(Candidate candidate, Candidate other) =>
        candidate.IsHearsay != other.IsHearsay
            ? candidate.IsHearsay
            : candidate.Failures > other.Failures;

    private enum State
    {
        Idle,
        Dialing,
        Linked,
    }

    private sealed class Candidate(DialAddress address)
    {
        public DialAddress Address { get; } = address;

        public State State { get; set; }

        /// <summary>This host, then its local networks, then the rest.</summary>
        public int Distance { get; } = AddressScope.Of(address.Value).Kind switch
        {
            AddressKind.Loopback => 0,
            AddressKind.Private => 1,
            _ => 2,
        };

        public bool IsHearsay { get; set; }

        public bool IsDialled { get; set; }

        public int Failures { get; set; }

        public TimeSpan LinkedAt { get; set; }

        public TimeSpan NotBefore { get; set; } = TimeSpan.MinValue;
    }
}
