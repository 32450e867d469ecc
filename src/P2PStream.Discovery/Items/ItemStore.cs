namespace P2PStream.Discovery;

/// <summary>
/// The items that this node keeps for others (BEP 44), with a lifetime and limits per node that
/// brings them (<see cref="DhtEndPoint.Place"/>) and in all. Only what verifies gets in. When it is
/// full, the item farthest from our own ID gives way to a nearer one: those are the ones that
/// others look for here.
/// </summary>
internal sealed class ItemStore(KademliaOptions options)
{
    private readonly Dictionary<NodeId, StoredItem> _items = [];
    private readonly Dictionary<DhtEndPoint, int> _perKeeper = [];

    // Sweeping walks a list, since the order in which a dictionary enumerates must decide nothing.
    private readonly List<StoredItem> _list = [];

    public int Count => _list.Count;

    /// <summary>Bytes in use.</summary>
    public int Bytes { get; private set; }

    public StoredItem? Find(NodeId target, TimeSpan now) =>
        _items.TryGetValue(target, out var item) && item.Expires > now ? item : null;

    /// <summary>Stores what a put brings, or says why not. An unchanged item is only kept longer,
    /// whoever brings it.</summary>
    public Refusal Put(scoped in KrpcMessage put, NodeId self, DhtEndPoint from, TimeSpan now)
    {
        var refusal = Check(put);
        if (!refusal.IsNone) return refusal;
        var target = DhtItem.TargetOf(put, put.Salt)!.Value;
        if (Find(target, now) is { } known) return Renew(known, put, self, now);
        if (_items.TryGetValue(target, out var expired)) Remove(expired);
        return Add(target, put, self, from, now);
    }

    /// <summary>Stores an item of our own look-ups, which is verified already.</summary>
    public Refusal Put(DhtItem item, long? cas, NodeId self, DhtEndPoint from, TimeSpan now)
    {
        var message = new KrpcMessage
        {
            Value = item.Value.Span,
            PublicKey = item.PublicKey.Span,
            Signature = item.Signature.Span,
            Salt = item.Salt.Span,
            Sequence = item.IsMutable ? item.Sequence : null,
            Cas = cas,
        };
        return Put(message, self, from, now);
    }

    /// <summary>Forgets what has expired.</summary>
    public void Sweep(TimeSpan now)
    {
        for (var i = _list.Count - 1; i >= 0; i--)
        {
            if (_list[i].Expires <= now) Remove(_list[i]);
        }
    }

    /// <summary>Sizes and shapes, before anything is computed.</summary>
    private static Refusal Check(scoped in KrpcMessage put)
    {
        if (put.Value.Length > DhtItem.MaxValueBytes)
            return new(KrpcError.ValueTooLarge, "message (v field) too big."u8);
        if (put.Salt.Length > DhtItem.MaxSaltBytes)
            return new(KrpcError.SaltTooLarge, "salt (salt field) too big."u8);
        if (!DhtItem.IsValue(put.Value)) return new(KrpcError.Protocol, "Bad v"u8);
        if (put.PublicKey.IsEmpty) return default;
        if (put.PublicKey.Length != ItemSignature.PublicKeyBytes)
            return new(KrpcError.Protocol, "Bad k"u8);
        if (put.Sequence is null or < 0) return new(KrpcError.Protocol, "Bad seq"u8);
        return put.Signature.Length == ItemSignature.SignatureBytes
            ? default
            : new(KrpcError.BadSignature, "invalid signature"u8);
    }

    private Refusal Renew(
        StoredItem known, scoped in KrpcMessage put, NodeId self, TimeSpan now)
    {
        // Unchanged: whoever brings it, it was checked when it came first.
        var sequence = put.Sequence.GetValueOrDefault();
        if (known.Key is { } key && !known.IsSame(sequence, put.Value, put.Signature))
        {
            if (sequence < known.Sequence)
                return new(KrpcError.SequenceTooLow, "sequence number less than current"u8);
            if (put.Cas is { } cas && cas != known.Sequence)
                return new(KrpcError.CasMismatch, "the CAS number is not the current one"u8);
            // Two versions under one number: who came first stays.
            if (sequence == known.Sequence)
                return new(KrpcError.SequenceTooLow, "sequence number is the current one"u8);
            if (!ItemSignature.Verify(key, put.Salt, sequence, put.Value, put.Signature))
                return new(KrpcError.BadSignature, "invalid signature"u8);
            if (!TryMakeRoom(known.Target, 0, known.GrowthTo(put.Value.Length), self))
                return new(KrpcError.Server, "Full"u8);
            Bytes -= known.Bytes;
            known.Set(sequence, put.Value, put.Signature);
            Bytes += known.Bytes;
        }

        known.Expires = now + options.ItemLifetime;
        return default;
    }

    private Refusal Add(
        NodeId target, scoped in KrpcMessage put, NodeId self, DhtEndPoint from,
        TimeSpan now)
    {
        var keeper = from.Place;
        if (!keeper.IsLocal
            && _perKeeper.GetValueOrDefault(keeper) >= options.MaxItemsPerAddress)
            return new(KrpcError.Server, "Too many items from there"u8);
        NSec.Cryptography.PublicKey? key = null;
        if (!put.PublicKey.IsEmpty)
        {
            // Checked before anything gives way to it.
            if (!ItemSignature.TryImport(put.PublicKey, out key) || !ItemSignature.Verify(
                key, put.Salt, put.Sequence.GetValueOrDefault(), put.Value, put.Signature))
                return new(KrpcError.BadSignature, "invalid signature"u8);
        }

        if (!TryMakeRoom(target, 1, StoredItem.BytesOf(put.Value.Length, put.Salt.Length), self))
            return new(KrpcError.Server, "Full"u8);
        var item = new StoredItem(target, keeper)
        {
            Key = key,
            PublicKey = put.PublicKey.ToArray(),
            Salt = key is null ? default : put.Salt.ToArray(),
            Expires = now + options.ItemLifetime,
        };
        item.Set(put.Sequence.GetValueOrDefault(), put.Value, put.Signature);
        _items.Add(target, item);
        _list.Add(item);
        _perKeeper[keeper] = _perKeeper.GetValueOrDefault(keeper) + 1;
        Bytes += item.Bytes;
        return default;
    }

    /// <summary>Removes the items farthest from us until so many more items and bytes have room;
    /// none if those farther than the target are not enough.</summary>
    private bool TryMakeRoom(NodeId target, int items, int bytes, NodeId self)
    {
        if (Fits(_list.Count + items, Bytes + bytes)) return true;
        var (count, left) = (_list.Count, Bytes);
        foreach (var item in _list)
        {
            if (!target.IsCloserThan(item.Target, self)) continue;
            count--;
            left -= item.Bytes;
        }

        if (!Fits(count + items, left + bytes)) return false;
        while (!Fits(_list.Count + items, Bytes + bytes)) Remove(Farthest(self));
        return true;
    }

    private bool Fits(int items, int bytes) =>
        items <= options.MaxItems && bytes <= options.MaxItemBytes;

    private StoredItem Farthest(NodeId self)
    {
        var farthest = _list[0];
        foreach (var item in _list)
        {
            if (farthest.Target.IsCloserThan(item.Target, self)) farthest = item;
        }

        return farthest;
    }

    private void Remove(StoredItem item)
    {
        _items.Remove(item.Target);
        _list.Remove(item);
        Bytes -= item.Bytes;
        if (_perKeeper[item.Keeper] == 1) _perKeeper.Remove(item.Keeper);
        else _perKeeper[item.Keeper]--;
    }
}
