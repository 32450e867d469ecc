namespace P2PStream.Discovery;

/// <summary>
/// The nodes that this one knows, in buckets by the number of leading bits they share with it; only
/// the bucket that holds our own ID splits (BEP 5). Only nodes that answered a query of ours get
/// in; a live node is never evicted for a new one, unless its address does not allow its ID and the
/// new one's does (BEP 42); and outside local networks an address, of IPv6 a /48, has one entry in
/// the table and a /24 one in each bucket, which one believed dead yields. Buckets of far nodes are
/// larger, which spares look-ups a step or two.
/// </summary>
internal sealed class RoutingTable
{
    /// <summary>How much more often a bucket that is not full looks for nodes.</summary>
    private const int RefreshesOfRoomyBuckets = 3;

    /// <summary>One of so many named nodes may have an ID that its address does not allow.
    /// </summary>
    private const int WrongfulShare = 4;

    private readonly LocalIdentity _identity;
    private readonly CompactNode[] _wrongful;
    private readonly KademliaOptions _options;
    private readonly List<Bucket> _buckets;

    private readonly Dictionary<DhtEndPoint, NodeEntry> _byPlace = [];

    public RoutingTable(LocalIdentity identity, KademliaOptions options)
    {
        _identity = identity;
        _options = options;
        _wrongful = new CompactNode[options.BucketSize];
        _buckets = [new Bucket(TimeSpan.Zero)];
    }

    public int BucketCount => _buckets.Count;

    /// <summary>Nodes in buckets that are not known to be bad.</summary>
    public int Count { get; private set; }

    private NodeId Self => _identity.Id;

    public NodeEntry? Find(DhtEndPoint endPoint) =>
        _byPlace.TryGetValue(endPoint.Place, out var entry) && entry.EndPoint == endPoint
            ? entry
            : null;

    /// <summary>True when a node would get a place or wait for one, so that it is worth a ping.
    /// </summary>
    public bool Wants(NodeId id, DhtEndPoint endPoint)
    {
        if (id == Self) return false;
        var index = IndexOf(id);
        var bucket = _buckets[index];
        if (IsBarred(bucket, id, endPoint)) return false;
        return bucket.Nodes.Count < CapacityOf(index)
            || CanSplit(index)
            || bucket.FirstToYield(NodeIdRule.IsValid(id, endPoint)) is not null
            || bucket.Replacements.Count < _options.BucketSize;
    }

    /// <summary>A node answered a query of ours. False when it has another ID than before.
    /// </summary>
    public bool Replied(NodeId id, DhtEndPoint endPoint, TimeSpan now)
    {
        if (id == Self) return true;
        if (Find(endPoint) is { } known)
        {
            if (known.Id == id)
            {
                Refresh(known, now);
                return true;
            }

            // An endpoint that changes its ID walks through the key space; it starts again. One that
            // was silent has been started again.
            Remove(known);
            if (!known.IsBad) return false;
        }

        Admit(new NodeEntry(id, endPoint, now), now);
        return true;
    }

    /// <summary>Places all nodes anew after our own ID has changed. Every bucket is due for a
    /// refresh then.</summary>
    public void Rebuild(TimeSpan now)
    {
        List<NodeEntry> entries = [];
        foreach (var bucket in _buckets) entries.AddRange(bucket.Nodes);
        foreach (var bucket in _buckets) entries.AddRange(bucket.Replacements);
        _buckets.Clear();
        _buckets.Add(new Bucket(now));
        _byPlace.Clear();
        Count = 0;
        foreach (var entry in entries)
        {
            if (entry.Id != Self) Admit(entry, now);
        }

        MakeStale();
    }

    /// <summary>The nodes in buckets that are not known to be bad, those near us first.</summary>
    public IEnumerable<CompactNode> Good()
    {
        for (var index = _buckets.Count - 1; index >= 0; index--)
        {
            foreach (var node in _buckets[index].Nodes)
            {
                if (!node.IsBad) yield return node.Compact;
            }
        }
    }

    /// <summary>A query came from an endpoint. It may be forged, so it only freshens an entry.
    /// </summary>
    public void Queried(NodeId id, DhtEndPoint endPoint, TimeSpan now)
    {
        if (Find(endPoint) is { } known && known.Id == id) known.Queried(now);
    }

    /// <summary>A query to an endpoint was not answered in time.</summary>
    public void Failed(DhtEndPoint endPoint)
    {
        if (Find(endPoint) is not { } known) return;
        var wasBad = known.IsBad;
        known.Failed();
        if (!known.IsBad) return;
        if (known.IsPlaced && !wasBad) Count--;
        var bucket = _buckets[IndexOf(known.Id)];
        // A bad node keeps its place until another can have it: when our own network was down, all
        // nodes look bad.
        if (bucket.Replacements.Remove(known)) _byPlace.Remove(endPoint.Place);
        else TryReplace(bucket, known);
    }

    /// <summary>Fills a span with the nearest nodes, nearest first, and returns how many. A quarter
    /// of them at most has an ID that its address does not allow, while there are enough
    /// others: anyone can take such an ID, beside any key.</summary>
    /// <param name="target">The point from which is measured.</param>
    /// <param name="nearest">The result.</param>
    /// <param name="asker">Who is to be told of them, and is not among them, nor is a local one if
    /// it comes from afar; null for ourselves.</param>
    public int Nearest(NodeId target, Span<CompactNode> nearest, DhtEndPoint? asker = null)
    {
        var count = Collect(target, nearest, asker, Eligible.Rightful);
        if (count == nearest.Length)
        {
            var share = Math.Min(nearest.Length / WrongfulShare, _wrongful.Length);
            var wrongful = _wrongful.AsSpan(0, share);
            var found = Collect(target, wrongful, asker, Eligible.Wrongful);
            foreach (var node in wrongful[..found]) Insert(node, target, nearest, ref count);
            return count;
        }

        count = Collect(target, nearest, asker, Eligible.Both);
        // All of them failing is more likely our own network than theirs.
        return count > 0 ? count : Collect(target, nearest, asker, Eligible.Failing);
    }

    /// <summary>The node that maintenance should ping now: the longest silent one that is no longer
    /// good and was not pinged for <paramref name="pause"/>.</summary>
    public NodeEntry? NextToPing(TimeSpan now, TimeSpan pause)
    {
        foreach (var bucket in _buckets)
        {
            var stalest = bucket.StalestQuestionable(now, _options.NodeLifetime);
            if (stalest is not null && now - stalest.LastPing >= pause) return stalest;
        }

        return null;
    }

    /// <summary>Makes every bucket due for a refresh.</summary>
    public void MakeStale()
    {
        foreach (var bucket in _buckets) bucket.LastChange = TimeSpan.MinValue;
    }

    /// <summary>A random ID in a bucket that has not changed for a node's lifetime, or for a part
    /// of it while it has room.</summary>
    public bool TryRefresh(TimeSpan now, SeededRandom random, out NodeId target)
    {
        for (var index = 0; index < _buckets.Count; index++)
        {
            var bucket = _buckets[index];
            var pause = bucket.Nodes.Count < CapacityOf(index)
                ? _options.NodeLifetime / RefreshesOfRoomyBuckets
                : _options.NodeLifetime;
            // Not "now - LastChange": a stale bucket's is the least of all times.
            if (bucket.LastChange > now - pause) continue;
            bucket.LastChange = now;
            target = RandomIn(index, random);
            return true;
        }

        target = default;
        return false;
    }

    private void Refresh(NodeEntry known, TimeSpan now)
    {
        if (known is { IsPlaced: true, IsBad: true }) Count++;
        known.Replied(now);
        if (known.IsPlaced) _buckets[IndexOf(known.Id)].LastChange = now;
    }

    private void Admit(NodeEntry entry, TimeSpan now)
    {
        var index = IndexOf(entry.Id);
        if (IsBarred(_buckets[index], entry.Id, entry.EndPoint)) return;
        Supersede(_buckets[index], entry);
        while (_buckets[index].Nodes.Count >= CapacityOf(index) && CanSplit(index))
        {
            Split(now);
            index = IndexOf(entry.Id);
        }

        var bucket = _buckets[index];
        if (bucket.Nodes.Count >= CapacityOf(index)
            && bucket.FirstToYield(entry.HasRightfulId) is { } yielding)
        {
            _byPlace.Remove(yielding.EndPoint.Place);
            Leave(bucket, yielding);
        }

        entry.IsPlaced = bucket.Nodes.Count < CapacityOf(index);
        if (entry.IsPlaced)
        {
            bucket.Nodes.Add(entry);
            bucket.LastChange = now;
            if (!entry.IsBad) Count++;
        }
        else
        {
            if (bucket.Replacements.Count >= _options.BucketSize) Remove(bucket.Replacements[0]);
            bucket.Replacements.Add(entry);
        }

        _byPlace.Add(entry.EndPoint.Place, entry);
    }

    private void TryReplace(Bucket bucket, NodeEntry bad)
    {
        if (bucket.Replacements.Count == 0) return;
        var place = bucket.Nodes.IndexOf(bad);
        if (place < 0) return;
        bucket.Nodes[place] = TakeReplacement(bucket);
        _byPlace.Remove(bad.EndPoint.Place);
    }

    private void Remove(NodeEntry entry)
    {
        var bucket = _buckets[IndexOf(entry.Id)];
        _byPlace.Remove(entry.EndPoint.Place);
        if (bucket.Replacements.Remove(entry) || !Leave(bucket, entry)) return;
        if (bucket.Replacements.Count > 0) bucket.Nodes.Add(TakeReplacement(bucket));
    }

    private bool Leave(Bucket bucket, NodeEntry entry)
    {
        if (!bucket.Nodes.Remove(entry)) return false;
        if (!entry.IsBad) Count--;
        return true;
    }

    private NodeEntry TakeReplacement(Bucket bucket)
    {
        var latest = bucket.Replacements[^1];
        bucket.Replacements.RemoveAt(bucket.Replacements.Count - 1);
        latest.IsPlaced = true;
        if (!latest.IsBad) Count++;
        return latest;
    }

    // All nodes of a bucket are at about the same distance from the target, so buckets are visited
    // in the order of theirs: the target's own; then those nearer to us, which are all equally far
    // from it; then each farther one, alone.
    private int Collect(
        NodeId target, Span<CompactNode> nearest, DhtEndPoint? asker, Eligible eligible)
    {
        var count = 0;
        var home = IndexOf(target);
        Collect(home, target, nearest, asker, eligible, ref count);
        if (count == nearest.Length) return count;
        for (var index = home + 1; index < _buckets.Count; index++)
            Collect(index, target, nearest, asker, eligible, ref count);
        for (var index = home - 1; index >= 0 && count < nearest.Length; index--)
            Collect(index, target, nearest, asker, eligible, ref count);
        return count;
    }

    private void Collect(int index, NodeId target, Span<CompactNode> nearest, DhtEndPoint? asker,
        Eligible eligible, ref int count)
    {
        foreach (var node in _buckets[index].Nodes)
        {
            if (!IsEligible(node, eligible) || !IsFor(asker, node.EndPoint)) continue;
            Insert(node.Compact, target, nearest, ref count);
        }
    }

    private static bool IsFor(DhtEndPoint? asker, DhtEndPoint node) =>
        asker is not { } stranger || (node != stranger && stranger.MayName(node));

    private static bool IsEligible(NodeEntry node, Eligible eligible) => eligible switch
    {
        Eligible.Rightful => node.Failures == 0 && node.HasRightfulId,
        Eligible.Wrongful => node.Failures == 0 && !node.HasRightfulId,
        Eligible.Both => node.Failures == 0,
        _ => true,
    };

    private static void Insert(CompactNode node, NodeId target, Span<CompactNode> nearest,
        ref int count)
    {
        var place = count;
        while (place > 0 && node.Id.IsCloserThan(nearest[place - 1].Id, target)) place--;
        if (place == nearest.Length) return;
        if (count < nearest.Length) count++;
        for (var i = count - 1; i > place; i--) nearest[i] = nearest[i - 1];
        nearest[place] = node;
    }

    private bool CanSplit(int index) => index == _buckets.Count - 1 && _buckets.Count < NodeId.Bits;

    private void Split(TimeSpan now)
    {
        var full = _buckets[^1];
        var depth = _buckets.Count;
        var own = new Bucket(now);
        _buckets.Add(own);
        Move(full.Nodes, own.Nodes, depth);
        Move(full.Replacements, own.Replacements, depth);
    }

    private int CapacityOf(int index) => index < 16
        ? Math.Max(_options.FarBucketSize >> index, _options.BucketSize)
        : _options.BucketSize;

    private void Move(List<NodeEntry> from, List<NodeEntry> to, int depth)
    {
        foreach (var node in from)
        {
            if (node.Id.SharedBits(Self) >= depth) to.Add(node);
        }

        from.RemoveAll(node => node.Id.SharedBits(Self) >= depth);
    }

    /// <summary>True when a node that is not known to be bad has the only place there is.</summary>
    private bool IsBarred(Bucket home, NodeId id, DhtEndPoint endPoint) =>
        _byPlace.TryGetValue(endPoint.Place, out var other) && !other.IsBad
        || home.FirstRival(id, endPoint, isBad: false) is not null;

    /// <summary>Removes the bad entries whose place a new one takes.</summary>
    private void Supersede(Bucket home, NodeEntry entry)
    {
        if (_byPlace.TryGetValue(entry.EndPoint.Place, out var former)) Remove(former);
        while (home.FirstRival(entry.Id, entry.EndPoint, isBad: true) is { } rival) Remove(rival);
    }

    private NodeId RandomIn(int index, SeededRandom random)
    {
        Span<byte> own = stackalloc byte[NodeId.Size];
        Span<byte> bytes = stackalloc byte[NodeId.Size];
        Self.CopyTo(own);
        random.Fill(bytes);
        // Bits before the bucket's are ours; its own differs, but in the bucket that holds us.
        var isOwn = index == _buckets.Count - 1;
        for (var bit = 0; bit < index + (isOwn ? 0 : 1); bit++)
        {
            var mask = (byte)(0x80 >> (bit % 8));
            var set = (own[bit / 8] & mask) != 0;
            if (bit == index) set = !set;
            bytes[bit / 8] = (byte)(set ? bytes[bit / 8] | mask : bytes[bit / 8] & ~mask);
        }

        return new NodeId(bytes);
    }

    private int IndexOf(NodeId id) => Math.Min(id.SharedBits(Self), _buckets.Count - 1);

    /// <summary>Which nodes are looked through.</summary>
    private enum Eligible
    {
        Rightful,
        Wrongful,
        Both,
        Failing,
    }
}
