namespace P2PStream.Swarm;

/// <summary>Addresses that may be dialled, with back-off. Bounded; says whom to dial next, in the order heard.</summary>
internal sealed class DialCandidates
{
    /// <summary>Addresses remembered at most.</summary>
    public const int Limit = 1024;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);

    /// <summary>A link that lasts so long was a success; one that ends before, such as at a node with too many
    /// links, is one more failure.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);

    private readonly Dictionary<DialAddress, Candidate> _byAddress = [];
    private readonly List<Candidate> _all = [];

    public int Dialing { get; private set; }

    /// <summary>True while one could be dialled now or is being dialled.</summary>
    public bool AnyHope(TimeSpan now)
    {
        foreach (var candidate in _all)
            if (candidate.State == State.Dialing || IsReady(candidate, now)) return true;
        return false;
    }

    public bool Knows(DialAddress address) => _byAddress.ContainsKey(address);

    /// <summary>True when a dial to the address is under way, or led to the link that there is.</summary>
    public bool IsDialled(DialAddress address) =>
        _byAddress.TryGetValue(address, out var candidate) && candidate.IsDialled;

    public void Add(DialAddress address)
    {
        if (_byAddress.ContainsKey(address)) return;
        if (_all.Count >= Limit && !DropWorst()) return;
        var candidate = new Candidate(address);
        _byAddress.Add(address, candidate);
        _all.Add(candidate);
    }

    public bool TryNext(TimeSpan now, out DialAddress address)
    {
        Candidate? best = null;
        foreach (var candidate in _all)
            if (IsReady(candidate, now) && (best is null || candidate.Failures < best.Failures))
                best = candidate;
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
        Add(address);
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

    /// <summary>Never dial it again.</summary>
    public void Forbid(DialAddress address)
    {
        Add(address);
        if (!_byAddress.TryGetValue(address, out var candidate)) return;
        if (candidate.State == State.Dialing) Dialing--;
        candidate.State = State.Forbidden;
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

    private bool DropWorst()
    {
        Candidate? worst = null;
        foreach (var candidate in _all)
            if ((candidate.State == State.Idle && candidate.Failures > 0)
                || candidate.State == State.Forbidden)
                worst = worst is null || candidate.Failures > worst.Failures ? candidate : worst;
        if (worst is null) return false;
        _all.Remove(worst);
        _byAddress.Remove(worst.Address);
        return true;
    }

    private enum State
    {
        Idle,
        Dialing,
        Linked,
        Forbidden,
    }

    private sealed class Candidate(DialAddress address)
    {
        public DialAddress Address { get; } = address;

        public State State { get; set; }

        public bool IsDialled { get; set; }

        public int Failures { get; set; }

        public TimeSpan LinkedAt { get; set; }

        public TimeSpan NotBefore { get; set; } = TimeSpan.MinValue;
    }
}
