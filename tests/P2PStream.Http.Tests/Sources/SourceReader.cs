namespace P2PStream.Http.Tests;

/// <summary>A source read to its end.</summary>
internal sealed record SourceContent(
    SourceDescription Description, IReadOnlyList<SourceSegment> Segments)
{
    public static async Task<SourceContent> ReadAsync(
        IStreamSource source, CancellationToken cancellationToken)
    {
        var description = await source.DescribeAsync(cancellationToken);
        var segments = new List<SourceSegment>();
        await foreach (var segment in source.ReadAsync(cancellationToken)) segments.Add(segment);
        return new SourceContent(description, segments);
    }

    public IReadOnlyList<SourceSegment> Track(int track) =>
        [.. Segments.Where(segment => segment.Track == track)];

    public static async Task<byte[]> BytesAsync(
        SourceSegment segment, CancellationToken cancellationToken)
    {
        await using var stream = await segment.Open(cancellationToken);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, cancellationToken);
        return all.ToArray();
    }
}
