namespace P2PStream.Protocol;

/// <summary>The one encoding of a record, specified in docs/content-encodings.md.</summary>
public static class RecordCodec
{
    /// <summary>Encodes a record.</summary>
    /// <exception cref="ArgumentException">It breaks a limit of
    /// <see cref="ContentLimits"/>.</exception>
    public static byte[] Encode(SegmentRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (RecordRules.Violation(record) is { } violation)
            throw new ArgumentException(violation, nameof(record));
        var writer = new ContentWriter();
        writer.U8(ContentFormat.Version);
        writer.U8(ContentFormat.Sha256Of16KiB);
        writer.U32(record.Id.Epoch);
        writer.U16(record.Id.Track);
        writer.U64(record.Id.Sequence);
        writer.Hash(record.Root);
        writer.I64(record.Start.Ticks);
        writer.I64(record.Duration.Ticks);
        writer.I64(record.PublishedAt);
        writer.I64(record.Initialization);
        writer.I64(record.OriginOffset);
        writer.ShortText(record.Tags);
        writer.ShortText(record.OriginUri);
        writer.U16((ushort)record.Parts.Count);
        for (var i = 0; i < record.Parts.Count; i++)
        {
            writer.U32((uint)record.Parts[i].Length);
            writer.Hash(record.Parts[i].Root);
        }

        return writer.Length <= ContentLimits.RecordBytes
            ? writer.ToArray()
            : throw new ArgumentException("The encoded record is above 8 KiB.", nameof(record));
    }

    /// <summary>Decodes a record; accepts only what <see cref="Encode"/> gives. Proves
    /// nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out SegmentRecord? record)
    {
        record = null;
        if (encoded.Length > ContentLimits.RecordBytes) return false;
        var reader = new ContentReader(encoded);
        if (reader.U8() != ContentFormat.Version) return false;
        if (reader.U8() != ContentFormat.Sha256Of16KiB) return false;
        var id = new SegmentId(reader.U32(), reader.U16(), reader.U64());
        var root = reader.Hash();
        var start = reader.I64();
        var duration = reader.I64();
        var publishedAt = reader.I64();
        var initialization = reader.I64();
        var offset = reader.I64();
        var tags = reader.ShortText();
        var uri = reader.ShortText();
        var count = reader.U16();
        if (reader.HasFailed || count is 0 or > ContentLimits.PartsPerSegment) return false;
        var parts = new PartDigest[count];
        foreach (ref var part in parts.AsSpan())
        {
            // A length above 2^31 turns negative here and breaks the rules below.
            part = new PartDigest((int)reader.U32(), reader.Hash());
        }

        if (!reader.IsComplete) return false;
        var decoded = new SegmentRecord
        {
            Id = id,
            Root = root,
            Parts = parts,
            Start = new TimeSpan(start),
            Duration = new TimeSpan(duration),
            Tags = tags,
            OriginUri = uri,
            OriginOffset = offset,
            Initialization = initialization,
            PublishedAt = publishedAt,
        };
        if (RecordRules.Violation(decoded) is not null) return false;
        record = decoded;
        return true;
    }

    /// <summary>The hash of an encoded record: its leaf in a track's record tree, and what a
    /// signature covers.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> encoded) =>
        DomainHash.Of(Domains.Record, encoded);
}
