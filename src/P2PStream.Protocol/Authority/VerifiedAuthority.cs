using System.Diagnostics.CodeAnalysis;
using NSec.Cryptography;

namespace P2PStream.Protocol;

/// <summary>A delegation and a catalog whose signatures were checked: only
/// <see cref="Authority.TryVerify"/> makes one. Decides which records are true. Immutable, safe on
/// any thread.</summary>
public sealed class VerifiedAuthority
{
    private readonly PublicKey _key;

    internal VerifiedAuthority(
        Delegation delegation, Catalog catalog, ReadOnlyMemory<byte> encoded, PublicKey key)
    {
        Delegation = delegation;
        Catalog = catalog;
        Encoded = encoded;
        _key = key;
    }

    /// <summary>The root key's statement.</summary>
    public Delegation Delegation { get; }

    /// <summary>The delegated key's statement.</summary>
    public Catalog Catalog { get; }

    /// <summary>Both, encoded and signed, to be passed on unchanged.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The track of that number; null when the catalog has none.</summary>
    public TrackDescription? FindTrack(ushort id)
    {
        for (var i = 0; i < Catalog.Tracks.Count; i++)
        {
            if (Catalog.Tracks[i].Id == id) return Catalog.Tracks[i];
        }

        return null;
    }

    /// <summary>Checks a batch of records from a peer, all or nothing.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="records">The records in order; empty unless the result is true.</param>
    public bool VerifyRecords(RecordBatch batch, out IReadOnlyList<SegmentRecord> records) =>
        CheckRecords(batch, out records) == RecordsStatus.Verified;

    /// <summary>Checks a batch of records from a peer, all or nothing, and tells what is wrong with
    /// it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="records">The records in order; empty unless
    /// <see cref="RecordsStatus.Verified"/>.</param>
    public RecordsStatus CheckRecords(RecordBatch batch, out IReadOnlyList<SegmentRecord> records)
    {
        ArgumentNullException.ThrowIfNull(batch);
        records = [];
        if (!batch.IsWellFormed) return RecordsStatus.Malformed;
        if (batch.Epoch != Delegation.Epoch) return RecordsStatus.OtherEpoch;
        if (FindTrack(batch.Track) is not { } track) return RecordsStatus.UnknownTrack;
        if (batch.IsTreeProven && !track.Ended) return RecordsStatus.NotEnded;
        if (track.Ended && !IsWithin(track, batch)) return RecordsStatus.OutOfRange;
        if (!TryDecodeAll(batch, out var decoded)) return RecordsStatus.Malformed;
        var proven = batch.IsTreeProven ? IsInTree(track, batch) : IsSigned(batch);
        if (!proven) return RecordsStatus.Forged;
        records = decoded;
        return RecordsStatus.Verified;
    }

    private static bool IsWithin(TrackDescription track, RecordBatch batch) =>
        batch.First >= track.FirstSequence
        && batch.First - track.FirstSequence + (ulong)batch.Records.Count <= track.SegmentCount;

    private static bool TryDecodeAll(
        RecordBatch batch, [NotNullWhen(true)] out SegmentRecord[]? records)
    {
        records = null;
        var decoded = new SegmentRecord[batch.Records.Count];
        for (var i = 0; i < decoded.Length; i++)
        {
            if (!RecordCodec.TryDecode(batch.Records[i], out var record)) return false;
            var id = new SegmentId(batch.Epoch, batch.Track, batch.First + (ulong)i);
            if (record!.Id != id) return false;
            // The decoder gives an array, which a span may look at.
            if (record.Root != ContentTree.SegmentRoot((PartDigest[])record.Parts)) return false;
            decoded[i] = record;
        }

        records = decoded;
        return true;
    }

    private static bool IsInTree(TrackDescription track, RecordBatch batch)
    {
        var hashes = new Hash256[batch.Records.Count];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = RecordCodec.Hash(batch.Records[i]);
        // Both fit: the batch is within the track, whose count has a limit.
        var first = (int)(batch.First - track.FirstSequence);
        return RecordTree.Verify(
            hashes, first, (int)track.SegmentCount, [.. batch.Path], track.RecordsRoot);
    }

    private bool IsSigned(RecordBatch batch)
    {
        for (var i = 0; i < batch.Records.Count; i++)
        {
            if (!Signing.Verify(_key, Domains.RecordSignature, Delegation.Stream,
                    RecordCodec.Hash(batch.Records[i]), batch.Signatures[i]))
                return false;
        }

        return true;
    }
}
