namespace P2PStream.Discovery;

/// <summary>Takes out of replies what a look-up is after, and reports it. An item is verified
/// before anything else is done with it.</summary>
internal sealed class LookupHarvest(
    KademliaOptions options, bool isIPv6, NodeStores stores, SeededRandom random, Reports reports,
    DhtCounters counters)
{
    /// <summary>Bits that a filter of BEP 33 tells anything with: it is made for 6000 addresses.
    /// One that is fuller comes of a liar.</summary>
    private const double MostPeersOfFilter = 6000;

    /// <summary>New peers taken from one node, so that a few liars do not use up what a look-up
    /// reports. Ours names as many.</summary>
    private const int MaxPeersPerNode = 50;

    private readonly DhtEndPoint[] _ownPeers = new DhtEndPoint[options.MaxPeersPerReply];

    /// <summary>Called with a node of the other family that a reply named.</summary>
    public Action<CompactNode>? OtherFamily { get; set; }

    /// <summary>What this node keeps itself.</summary>
    public void TakeOwn(Lookup lookup, TimeSpan now)
    {
        var request = lookup.Request;
        if (request.Kind is LookupKind.GetPeers)
        {
            var peers = stores.PeersOf(isIPv6);
            var count = peers.Get(new InfoHash(request.Target), now, random, _ownPeers);
            for (var i = 0; i < count; i++) Report(lookup, _ownPeers[i]);
        }

        if (request.Kind is LookupKind.GetItem or LookupKind.PutItem
            && stores.Items.Find(request.Target, now) is { } item)
        {
            Take(lookup, new KrpcMessage
            {
                Value = item.Value,
                PublicKey = item.PublicKey.Span,
                Signature = item.Signature,
                Sequence = item.Key is null ? null : item.Sequence,
            });
        }
    }

    public void Take(Lookup lookup, LookupCandidate candidate, in KrpcMessage reply)
    {
        if (reply.Token.Length is > 0 and <= KrpcLimits.MaxTokenBytes)
            candidate.Token = reply.Token.ToArray();
        AddNodes(lookup, candidate, reply);
        switch (lookup.Request.Kind)
        {
            case LookupKind.GetPeers:
                AddPeers(lookup, candidate, reply.Values);
                break;
            case LookupKind.GetItem or LookupKind.PutItem when !reply.Value.IsEmpty:
                if (Take(lookup, reply)) lookup.FoundBy(candidate);
                break;
            case LookupKind.Scrape:
                candidate.Filters = ReadFilters(reply);
                break;
            case LookupKind.Sample:
                AddSamples(lookup, reply.Samples);
                break;
        }
    }

    /// <summary>What the nearest nodes' filters hold together; null without any.</summary>
    public static byte[]? UniteFilters(List<LookupCandidate> nearest)
    {
        byte[]? united = null;
        foreach (var candidate in nearest)
        {
            if (candidate.Filters is not { } filters) continue;
            united ??= new byte[filters.Length];
            BloomFilter.Unite(united, filters);
        }

        return united;
    }

    /// <summary>True for an item that verifies, or is the newest that has.</summary>
    private bool Take(Lookup lookup, in KrpcMessage message)
    {
        var request = lookup.Request;
        // A version that is not newer needs no verifying.
        if (lookup.Newest is { } newest && message.Sequence.GetValueOrDefault() <= newest.Sequence)
            return message.Value.SequenceEqual(newest.Value.Span);
        var salt = request.Item?.Salt ?? request.Salt;
        if (DhtItem.From(message, request.Target, salt.Span) is not { } item)
        {
            counters.Drop(DhtDrop.UnverifiedItem);
            return false;
        }

        lookup.Newest = item;
        // Of a put the host is told only what is newer than its own.
        if (request.Item is null || item.Sequence > request.Item.Sequence)
            reports.Found(lookup.Operation, item);
        return true;
    }

    private void AddNodes(Lookup lookup, LookupCandidate candidate, in KrpcMessage reply)
    {
        AddNodes(lookup, candidate, reply.Nodes, CompactNode.Size4, !isIPv6);
        AddNodes(lookup, candidate, reply.Nodes6, CompactNode.Size6, isIPv6);
    }

    private void AddNodes(Lookup lookup, LookupCandidate candidate, ReadOnlySpan<byte> list,
        int size, bool isOwnFamily)
    {
        for (var i = 0; i < KrpcLimits.MaxNodesRead; i++)
        {
            if (!CompactNode.TryTake(ref list, size, out var node)) return;
            if (isOwnFamily) lookup.Add(candidate, node.Id, node.EndPoint);
            else if (candidate.EndPoint.MayName(node.EndPoint)) OtherFamily?.Invoke(node);
        }
    }

    private void AddPeers(Lookup lookup, LookupCandidate candidate, ReadOnlySpan<byte> values)
    {
        var reader = new BencodeReader(values);
        if (!reader.TryEnterList()) return;
        var added = 0;
        for (var i = 0; i < KrpcLimits.MaxValuesRead && added < MaxPeersPerNode
            && reader.TryReadString(out var value); i++)
        {
            if (!DhtEndPoint.TryReadCompact(value, out var peer) || !peer.IsUsable
                || !candidate.EndPoint.MayName(peer)) continue;
            lookup.FoundBy(candidate);
            if (Report(lookup, peer)) added++;
        }
    }

    private void AddSamples(Lookup lookup, ReadOnlySpan<byte> samples)
    {
        for (var i = 0; i < KrpcLimits.MaxSamplesRead && samples.Length >= InfoHash.Size; i++)
        {
            var infoHash = new InfoHash(samples[..InfoHash.Size]);
            if (lookup.TryReport(infoHash)) reports.Found(lookup.Operation, infoHash);
            samples = samples[InfoHash.Size..];
        }
    }

    private bool Report(Lookup lookup, DhtEndPoint peer)
    {
        if (!lookup.TryReport(peer)) return false;
        reports.Found(lookup.Operation, peer);
        return true;
    }

    private static byte[]? ReadFilters(in KrpcMessage reply)
    {
        if (reply.SeedFilter.Length != BloomFilter.Size) return null;
        if (reply.PeerFilter.Length != BloomFilter.Size) return null;
        if (BloomFilter.Estimate(reply.SeedFilter) > MostPeersOfFilter) return null;
        return BloomFilter.Estimate(reply.PeerFilter) > MostPeersOfFilter
            ? null
            : [.. reply.SeedFilter, .. reply.PeerFilter];
    }
}
