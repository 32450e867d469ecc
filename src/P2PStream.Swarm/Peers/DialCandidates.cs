using System.Net;

namespace P2PStream.Swarm;

/// <summary>Addresses that may be dialled, with source, age and back-off. Bounded; says whom to dial next
/// (<see cref="Candidate.IsBetterThan"/>), of equals in the order heard. One dial in four goes anywhere: links to
/// near peers alone would make islands.</summary>
internal sealed class DialCandidates(Func<IPAddress, string?>? regionOf = null)
{
    /// <summary>Addresses remembered at most.</summary>
    public const int Limit = 1024;

    /// <summary>Addresses that are never to be dialled, remembered apart: nothing displaces them. Only who was
    /// linked can add to them.</summary>
    public const int MostForbidden = 4096;

    /// <summary>After so many failures in a row hearsay may take the place of an address from host or search.</summary>
    public const int HopelessFailures = 5;

    private const int DialsPerAnywhere = 4;

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);

    /// <summary>A link that lasts so long was a success; one that ends before, such as at a node with too many
    /// links, is one more failure.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);

    private readonly Neighbourhood _neighbourhood = new(regionOf);
    private readonly Dictionary<DialAddress, Candidate> _byAddress = [];
    private readonly List<Candidate> _all = [];
    private readonly Dictionary<DialAddress, bool> _forbidden = [];
    private int _dials;

    public int Dialing { get; private set; }

    /// <summary>True while one could be dialled now or is being dialled.</summary>
    public bool AnyHope(TimeSpan now)
    {
        foreach (var candidate in _all)
            if (candidate.State == CandidateState.Dialing || candidate.IsReady(now)) return true;
        return false;
    }

    public bool Knows(DialAddress address) =>
        _byAddress.ContainsKey(address) || _forbidden.ContainsKey(address);

    /// <summary>True when a dial to the address is under way, or led to the link that there is.</summary>
    public bool IsDialled(DialAddress address) =>
        _byAddress.TryGetValue(address, out var candidate) && candidate.IsDialled;

    /// <summary>Hears of an address, for the first time or again.</summary>
    /// <param name="address">The address.</param>
    /// <param name="source">Who told.</param>
    /// <param name="heardAt">When it was known to be good, as far as is told.</param>
    public void Add(DialAddress address, CandidateSource source, TimeSpan heardAt)
    {
        if (_forbidden.ContainsKey(address)) return;
        if (_byAddress.TryGetValue(address, out var known))
        {
            if (source < known.Source) known.Source = source;
            if (heardAt > known.HeardAt) known.HeardAt = heardAt;
            return;
        }

        var candidate = new Candidate(address)
        {
            Source = source,
            HeardAt = heardAt,
            Proximity = _neighbourhood.Of(address),
        };
        if (_all.Count >= Limit && !DropWorst(candidate.IsHearsay)) return;
        _byAddress.Add(address, candidate);
        _all.Add(candidate);
    }

    /// <summary>Others see this node at an address of the Internet.</summary>
    public void LocatedAt(IPAddress own)
    {
        if (!_neighbourhood.Add(own)) return;
        foreach (var candidate in _all) candidate.Proximity = _neighbourhood.Of(candidate.Address);
    }

    public IReadOnlyList<PeerCandidate> Show(TimeSpan now) =>
        [.. _all.Select(candidate => candidate.Show(now))];

    public bool TryNext(TimeSpan now, out DialAddress address)
    {
        Candidate? best = null;
        var anywhere = _dials % DialsPerAnywhere == DialsPerAnywhere - 1;
        foreach (var candidate in _all)
            if (candidate.IsReady(now) && (best is null || candidate.IsBetterThan(best, anywhere, now)))
                best = candidate;
        address = best?.Address ?? default;
        if (best is null) return false;
        best.State = CandidateState.Dialing;
        best.IsDialled = true;
        _dials++;
        Dialing++;
        return true;
    }

    /// <summary>A dial ended.</summary>
    /// <param name="address">The address.</param>
    /// <param name="linked">True when it led to a link (or to a node that is linked already).</param>
    /// <param name="now">The time.</param>
    public void Dialed(DialAddress address, bool linked, TimeSpan now)
    {
        if (!_byAddress.TryGetValue(address, out var candidate) || candidate.State != CandidateState.Dialing)
            return;
        Dialing--;
        if (linked)
        {
            candidate.State = CandidateState.Linked;
            candidate.LinkedAt = now;
        }
        else BackOff(candidate, now);
    }

    /// <summary>A node that listens at the address is linked, whoever dialled.</summary>
    public void Linked(DialAddress address, TimeSpan now)
    {
        if (!Knows(address)) Add(address, CandidateSource.Itself, now);
        if (!_byAddress.TryGetValue(address, out var candidate)) return;
        candidate.HeardAt = now;
        if (candidate.State == CandidateState.Dialing) Dialing--;
        if (candidate.State != CandidateState.Linked) candidate.LinkedAt = now;
        candidate.State = CandidateState.Linked;
    }

    /// <summary>A link to the address ended.</summary>
    public void Unlinked(DialAddress address, TimeSpan now)
    {
        if (!_byAddress.TryGetValue(address, out var candidate) || candidate.State != CandidateState.Linked)
            return;
        candidate.HeardAt = now;
        if (now - candidate.LinkedAt >= Lasting) candidate.Failures = 0;
        BackOff(candidate, now);
    }

    /// <summary>Never dial it again. One more than <see cref="MostForbidden"/> is merely forgotten.</summary>
    public void Forbid(DialAddress address)
    {
        if (_forbidden.Count < MostForbidden) _forbidden.TryAdd(address, true);
        if (!_byAddress.Remove(address, out var candidate)) return;
        if (candidate.State == CandidateState.Dialing) Dialing--;
        _all.Remove(candidate);
    }

    private static void BackOff(Candidate candidate, TimeSpan now)
    {
        var wait = FirstBackOff * Math.Pow(2, Math.Min(candidate.Failures++, 10));
        candidate.State = CandidateState.Idle;
        candidate.IsDialled = false;
        candidate.NotBefore = now + (wait < LongestBackOff ? wait : LongestBackOff);
    }

    /// <summary>Makes room.</summary>
    private bool DropWorst(bool forHearsay)
    {
        Candidate? worst = null;
        foreach (var candidate in _all)
            if (candidate.State == CandidateState.Idle && MayGo(candidate, forHearsay)
                && (worst is null || candidate.IsWorseThan(worst))) worst = candidate;
        if (worst is null) return false;
        _all.Remove(worst);
        _byAddress.Remove(worst.Address);
        return true;
    }

    /// <summary>Hearsay displaces no untried address, whoever told it; host and search displace all hearsay.</summary>
    private static bool MayGo(Candidate candidate, bool forHearsay) => forHearsay
        ? candidate.Failures >= (candidate.IsHearsay ? 1 : HopelessFailures)
        : candidate.Failures > 0 || candidate.IsHearsay;
}
