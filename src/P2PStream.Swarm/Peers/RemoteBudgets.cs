using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>The budgets of remote places. They outlive channels and links: to leave and come back refills
/// nothing. Bounded.</summary>
/// <remarks>A place is a neighbourhood on the Internet. On this host and in a local network, where nodes
/// are near and many, and where no address is known, it is an identity.</remarks>
internal sealed class RemoteBudgets
{
    /// <summary>Places remembered, at most.</summary>
    public const int MostPlaces = 4096;

    private readonly Dictionary<(UInt128 Neighbourhood, PeerId Id), RemoteBudget> _byPlace = [];

    /// <summary>Oldest first: to find a spare one does not depend on hash codes.</summary>
    private readonly List<(UInt128 Neighbourhood, PeerId Id)> _places = [];

    private RemoteBudget? _common;

    public int Count => _byPlace.Count;

    /// <summary>A peer has come.</summary>
    /// <returns>Its budget, until <see cref="Leave"/>.</returns>
    public RemoteBudget Join(AddressScope scope, PeerId id, TimeSpan now)
    {
        var place = scope.Kind == AddressKind.Global ? (scope.Neighbourhood, default) : (UInt128.Zero, id);
        if (!_byPlace.TryGetValue(place, out var budget))
        {
            // Whoever comes while all places are in use shares what is left: no flood refills itself.
            if (_places.Count >= MostPlaces && !DropSpare(now)) budget = _common ??= new RemoteBudget(now);
            else
            {
                _byPlace.Add(place, budget = new RemoteBudget(now));
                _places.Add(place);
            }
        }

        budget.Peers++;
        budget.LastUse = now;
        return budget;
    }

    /// <summary>A peer has gone.</summary>
    public static void Leave(RemoteBudget budget, TimeSpan now)
    {
        budget.Peers--;
        budget.LastUse = now;
    }

    private bool DropSpare(TimeSpan now)
    {
        var oldest = -1;
        for (var i = 0; i < _places.Count; i++)
        {
            var budget = _byPlace[_places[i]];
            if (budget.IsSpare(now)
                && (oldest < 0 || budget.LastUse < _byPlace[_places[oldest]].LastUse)) oldest = i;
        }

        if (oldest < 0) return false;
        _byPlace.Remove(_places[oldest]);
        _places.RemoveAt(oldest);
        return true;
    }
}
