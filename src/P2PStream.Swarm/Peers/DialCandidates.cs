using System.Net;

namespace P2PStream.Swarm;

/// <summary>Addresses that may be dialled, with source, age and back-off. Bounded; says whom to dial next
/// (<see cref="Candidate.CompareTo"/>), of equals who was heard of first. One dial in four goes anywhere, whoever was
/// heard of first: links to near peers alone would make islands, and a liar who speaks first would be the only one
/// who is listened to.</summary>
/// <param name="seed">What is left to chance follows from it.</param>
/// <param name="regionOf">The region of an address, as the host tells; null where nobody can.</param>
internal sealed class DialCandidates(ulong seed = 1, Func<IPAddress, string?>? regionOf = null)
{
    /// <summary>Addresses remembered at most.</summary>
    public const int Limit = 1024;

    /// <summary>Addresses that are never to be dialled, remembered apart: nothing displaces them. Only who was
    /// linked can add to them.</summary>
    public const int MostForbidden = 4096;

    /// <summary>After so many failures in a row hearsay may take the place of an address from host or search.</summary>
    public const int HopelessFailures = 5;

    /// <summary>Ports of one address of the Internet, and addresses of one /24 or IPv6 /48, that are remembered:
    /// who names a thousand more of them makes this node knock there. The link's are not counted.</summary>
    public const int MostOfHost = 4, MostOfSite = 16;

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
    private ulong _chance = seed;
    private int _dials;
    private int _searched;

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

        var candidate = new Candidate(address, AddressScope.Of(address.Value))
        {
            Source = source,
            HeardAt = heardAt,
            Proximity = _neighbourhood.Of(address),
        };
        if (source == CandidateSource.Dht) _searched++;
        if (!HasRoomNearby(candidate) || (_all.Count >= Limit && !MakeRoom(candidate))) return;
        _byAddress.Add(address, candidate);
        _all.Add(candidate);
    }

    /// <summary>Others see this node at these addresses.</summary>
    public void LocatedAt(IEnumerable<IPAddress> own)
    {
        if (!_neighbourhood.Set(own)) return;
        foreach (var candidate in _all) candidate.Proximity = _neighbourhood.Of(candidate.Address);
    }

    public IReadOnlyList<PeerCandidate> Show(TimeSpan now) =>
        [.. _all.Select(candidate => candidate.Show(now))];

    public bool TryNext(TimeSpan now, out DialAddress address)
    {
        Candidate? best = null;
        var equals = 0;
        var anywhere = _dials % DialsPerAnywhere == DialsPerAnywhere - 1;
        foreach (var candidate in _all)
        {
            if (!candidate.IsReady(now)) continue;
            var order = best is null ? -1 : candidate.CompareTo(best, anywhere, now);
            if (order > 0) continue;
            equals = order < 0 ? 1 : equals + 1;
            if (order < 0 || (anywhere && Draw(equals) == 0)) best = candidate;
        }

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

    /// <summary>False when enough addresses are known where that one is, and none of them has failed and gives
    /// way. What comes in its place is left alone for as long: a new port is no reason to knock again.</summary>
    private bool HasRoomNearby(Candidate newcomer)
    {
        if (newcomer.Scope.Kind != AddressKind.Global || newcomer.Source == CandidateSource.Link) return true;
        var (ofHost, ofSite) = (0, 0);
        Candidate? worst = null;
        foreach (var candidate in _all)
        {
            if (candidate.Scope.Site != newcomer.Scope.Site || candidate.Source == CandidateSource.Link) continue;
            ofSite++;
            var isOfHost = candidate.Scope.Host == newcomer.Scope.Host;
            if (isOfHost) ofHost++;
            // Of its own host first: of a full one nothing else would help.
            if (candidate is { State: CandidateState.Idle, Failures: > 0 }
                && (worst is null || (isOfHost, candidate.Failures).CompareTo(
                    (worst.Scope.Host == newcomer.Scope.Host, worst.Failures)) > 0)) worst = candidate;
        }

        if (ofHost < MostOfHost && ofSite < MostOfSite) return true;
        if (worst is null || (ofHost >= MostOfHost && worst.Scope.Host != newcomer.Scope.Host)) return false;
        newcomer.Failures = worst.Failures;
        newcomer.NotBefore = worst.NotBefore;
        Remove(worst);
        return true;
    }

    /// <summary>Makes room for a newcomer, unless what is known is worth as much.</summary>
    private bool MakeRoom(Candidate newcomer)
    {
        Candidate? worst = null;
        foreach (var candidate in _all)
            if (candidate.State == CandidateState.Idle && MayGo(candidate, newcomer)
                && (worst is null || candidate.IsWorseThan(worst))) worst = candidate;
        worst ??= AnyOfSearch(newcomer);
        if (worst is null) return false;
        Remove(worst);
        return true;
    }

    /// <summary>Hearsay displaces no untried address, whoever told it; host and search displace all hearsay, and
    /// what is less trusted.</summary>
    private static bool MayGo(Candidate candidate, Candidate newcomer) => newcomer.IsHearsay
        ? candidate.Failures >= (candidate.IsHearsay ? 1 : HopelessFailures)
        : candidate.Failures > 0 || candidate.Source > newcomer.Source;

    /// <summary>Of more than fit that searches found, each has the same chance to be known, whoever was first: one
    /// that gives way, or null when it is the newcomer.</summary>
    private Candidate? AnyOfSearch(Candidate newcomer)
    {
        if (newcomer.Source != CandidateSource.Dht || Draw(_searched) >= Limit) return null;
        var (chosen, seen) = (default(Candidate), 0);
        foreach (var candidate in _all)
            if (candidate is { State: CandidateState.Idle, Source: CandidateSource.Dht } && Draw(++seen) == 0)
                chosen = candidate;
        return chosen;
    }

    private void Remove(Candidate candidate)
    {
        _all.Remove(candidate);
        _byAddress.Remove(candidate.Address);
    }

    /// <summary>SplitMix64: a number from zero to below the limit.</summary>
    private int Draw(int limit)
    {
        _chance += 0x9E3779B97F4A7C15;
        var mixed = (_chance ^ (_chance >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)limit);
    }
}
