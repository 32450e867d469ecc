namespace P2PStream.Protocol;

/// <summary>Consecutive records of a track with their proof: a path to the catalog's root for an
/// ended track, or a signature each. What one peer sends another; proves itself only to a
/// <see cref="VerifiedAuthority"/>.</summary>
public sealed record RecordBatch
{
    private const byte TreeProof = 0;
    private const byte SignatureProof = 1;

    /// <summary>The hashes of the longest path: the height of the largest tree.</summary>
    private const int PathLength = 24;

    /// <summary>The epoch.</summary>
    public required uint Epoch { get; init; }

    /// <summary>The track.</summary>
    public required ushort Track { get; init; }

    /// <summary>Sequence of the first record.</summary>
    public required ulong First { get; init; }

    /// <summary>1 to <see cref="ContentLimits.RecordsPerBatch"/> encoded records.</summary>
    public required IReadOnlyList<byte[]> Records { get; init; }

    /// <summary>As <see cref="RecordTree.Path"/> gives it; empty when signed, or when the batch is
    /// the whole track.</summary>
    public IReadOnlyList<Hash256> Path { get; init; } = [];

    /// <summary>64 bytes a record, as <see cref="EpochKey.SignRecord"/> gives them; empty when
    /// proven by a path.</summary>
    public IReadOnlyList<byte[]> Signatures { get; init; } = [];

    /// <summary>True when a path proves it.</summary>
    public bool IsTreeProven => Signatures.Count == 0;

    /// <summary>True when it can be encoded; it is within its size then.</summary>
    internal bool IsWellFormed
    {
        get
        {
            if (Records.Count is 0 or > ContentLimits.RecordsPerBatch) return false;
            if (First > ContentLimits.LastSequence - (ulong)Records.Count) return false;
            if (!IsTreeProven && Signatures.Count != Records.Count) return false;
            if (!IsTreeProven && Path.Count != 0) return false;
            if (Path.Count > PathLength) return false;
            for (var i = 0; i < Records.Count; i++)
            {
                if (Records[i].Length is 0 or > ContentLimits.RecordBytes) return false;
                if (!IsTreeProven && Signatures[i].Length != Signing.SignatureBytes) return false;
            }

            return true;
        }
    }

    /// <summary>The one encoding.</summary>
    /// <exception cref="InvalidOperationException">A count or a size is out of range.</exception>
    public byte[] Encode()
    {
        if (!IsWellFormed)
            throw new InvalidOperationException("A count or a size of the batch is out of range.");
        var writer = new ContentWriter();
        writer.U8(ContentFormat.Version);
        writer.U8(IsTreeProven ? TreeProof : SignatureProof);
        writer.U32(Epoch);
        writer.U16(Track);
        writer.U64(First);
        writer.U8((byte)Records.Count);
        for (var i = 0; i < Records.Count; i++)
        {
            writer.U16((ushort)Records[i].Length);
            writer.Bytes(Records[i]);
        }

        if (IsTreeProven)
        {
            writer.U8((byte)Path.Count);
            for (var i = 0; i < Path.Count; i++) writer.Hash(Path[i]);
        }

        for (var i = 0; i < Signatures.Count; i++) writer.Bytes(Signatures[i]);
        return writer.ToArray();
    }

    /// <summary>Takes an encoding apart; accepts only what <see cref="Encode"/> gives, proves
    /// nothing and leaves the records encoded.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out RecordBatch? batch)
    {
        batch = null;
        if (encoded.Length > ContentLimits.RecordBatchBytes) return false;
        var reader = new ContentReader(encoded);
        if (reader.U8() != ContentFormat.Version) return false;
        var proof = reader.U8();
        if (proof > SignatureProof) return false;
        var epoch = reader.U32();
        var track = reader.U16();
        var first = reader.U64();
        var count = reader.U8();
        if (reader.HasFailed || count is 0 or > ContentLimits.RecordsPerBatch) return false;
        var records = new byte[count][];
        for (var i = 0; i < count && !reader.HasFailed; i++)
            records[i] = reader.Bytes(reader.U16()).ToArray();
        var path = proof == TreeProof ? ReadPath(ref reader) : [];
        var signatures = proof == SignatureProof ? ReadSignatures(ref reader, count) : [];
        if (!reader.IsComplete) return false;
        var decoded = new RecordBatch
        {
            Epoch = epoch,
            Track = track,
            First = first,
            Records = records,
            Path = path,
            Signatures = signatures,
        };
        if (!decoded.IsWellFormed) return false;
        batch = decoded;
        return true;
    }

    private static Hash256[] ReadPath(ref ContentReader reader)
    {
        var path = new Hash256[reader.U8()];
        for (var i = 0; i < path.Length; i++) path[i] = reader.Hash();
        return path;
    }

    private static byte[][] ReadSignatures(ref ContentReader reader, int count)
    {
        var signatures = new byte[count][];
        for (var i = 0; i < count && !reader.HasFailed; i++)
            signatures[i] = reader.Bytes(Signing.SignatureBytes).ToArray();
        return signatures;
    }
}
