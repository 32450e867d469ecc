using P2PStream.Protocol;

namespace P2PStream;

/// <summary>How a stream is published.</summary>
public sealed class PublishOptions
{
    /// <summary>The publisher's root key; with <see cref="Name"/> it names the stream.</summary>
    public required RootKey Key { get; init; }

    /// <summary>The stream's name: 1 to 255 bytes of UTF-8.</summary>
    public required string Name { get; init; }

    /// <summary>True to serve the media to peers from the source; false to serve catalog, records and leaf
    /// lists only and leave the media to viewers and the origin. Null: true when there is no origin.</summary>
    public bool? ServeMedia { get; init; }

    /// <summary>How long the delegation and the catalog hold.</summary>
    public TimeSpan Validity { get; init; } = TimeSpan.FromDays(30);
}
