namespace P2PStream.Protocol;

/// <summary>The one encoding of a catalog, specified in docs/content-encodings.md.</summary>
public static class CatalogCodec
{
    private const byte OriginTrusted = 1;
    private const byte Ended = 1;

    /// <summary>Encodes a catalog.</summary>
    /// <exception cref="ArgumentException">It breaks a limit of <see cref="ContentLimits"/>, its
    /// tracks are out of order, or an ended track has no root.</exception>
    public static byte[] Encode(Catalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (CatalogRules.Violation(catalog) is { } violation)
            throw new ArgumentException(violation, nameof(catalog));
        var writer = new ContentWriter();
        writer.U8(ContentFormat.Version);
        writer.U8(ContentFormat.Sha256Of16KiB);
        writer.Hash(catalog.Stream.Value);
        writer.U32(catalog.Epoch);
        writer.U32(catalog.Version);
        writer.I64(catalog.Expires);
        writer.U8((byte)catalog.Kind);
        writer.U8(catalog.OriginTrusted ? OriginTrusted : (byte)0);
        writer.LongText(catalog.MasterPlaylist);
        writer.ShortText(catalog.Origin);
        writer.ShortText(catalog.FileName);
        writer.U16((ushort)catalog.Tracks.Count);
        for (var i = 0; i < catalog.Tracks.Count; i++) Write(writer, catalog.Tracks[i]);
        return writer.Length <= ContentLimits.CatalogBytes
            ? writer.ToArray()
            : throw new ArgumentException("The encoded catalog is above 256 KiB.", nameof(catalog));
    }

    /// <summary>Decodes a catalog; accepts only what <see cref="Encode"/> gives. Proves
    /// nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Catalog? catalog)
    {
        catalog = null;
        if (encoded.Length > ContentLimits.CatalogBytes) return false;
        var reader = new ContentReader(encoded);
        if (reader.U8() != ContentFormat.Version) return false;
        if (reader.U8() != ContentFormat.Sha256Of16KiB) return false;
        var stream = new StreamId(reader.Hash());
        var epoch = reader.U32();
        var version = reader.U32();
        var expires = reader.I64();
        var kind = (StreamKind)reader.U8();
        var flags = reader.U8();
        var master = reader.LongText();
        var origin = reader.ShortText();
        var fileName = reader.ShortText();
        var count = reader.U16();
        if (flags > OriginTrusted || reader.HasFailed || count > ContentLimits.Tracks) return false;
        var tracks = new TrackDescription[count];
        for (var i = 0; i < tracks.Length; i++)
        {
            if (!TryRead(ref reader, out tracks[i])) return false;
        }

        if (!reader.IsComplete) return false;
        var decoded = new Catalog
        {
            Stream = stream,
            Epoch = epoch,
            Version = version,
            Expires = expires,
            Kind = kind,
            Tracks = tracks,
            MasterPlaylist = master,
            Origin = origin,
            OriginTrusted = flags == OriginTrusted,
            FileName = fileName,
        };
        if (CatalogRules.Violation(decoded) is not null) return false;
        catalog = decoded;
        return true;
    }

    /// <summary>The hash of an encoded catalog: what its signature covers.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> encoded) =>
        DomainHash.Of(Domains.Catalog, encoded);

    private static void Write(ContentWriter writer, TrackDescription track)
    {
        writer.U16(track.Id);
        writer.U8((byte)track.Kind);
        writer.U8(track.Ended ? Ended : (byte)0);
        writer.ShortText(track.Name);
        writer.I64(track.Bandwidth);
        writer.U16(track.InitializationTrack);
        writer.LongText(track.PlaylistHeader);
        writer.ShortText(track.OriginUri);
        writer.U64(track.FirstSequence);
        writer.U64(track.SegmentCount);
        writer.Hash(track.RecordsRoot);
    }

    private static bool TryRead(ref ContentReader reader, out TrackDescription track)
    {
        var id = reader.U16();
        var kind = (TrackKind)reader.U8();
        var flags = reader.U8();
        track = new TrackDescription
        {
            Id = id,
            Kind = kind,
            Ended = flags == Ended,
            Name = reader.ShortText(),
            Bandwidth = reader.I64(),
            InitializationTrack = reader.U16(),
            PlaylistHeader = reader.LongText(),
            OriginUri = reader.ShortText(),
            FirstSequence = reader.U64(),
            SegmentCount = reader.U64(),
            RecordsRoot = reader.Hash(),
        };
        return flags <= Ended && !reader.HasFailed;
    }
}
