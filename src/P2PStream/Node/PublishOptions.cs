using P2PStream.Protocol;

namespace P2PStream;

/// <summary>How a stream is published.</summary>
public sealed class PublishOptions
{
    /// <summary>The publisher's root key; with <see cref="Name"/> it names the stream.</summary>
    public required RootKey Key { get; init; }

    /// <summary>The stream's name: 1 to 255 bytes of UTF-8.</summary>
    public required string Name { get; init; }

    /// <summary>What viewers have to have beside key and name, such as <see cref="RootKey.SecretFor"/> gives it: who
    /// has it not can neither find the stream's viewers nor join them, and cannot tell from the DHT that somebody
    /// watches. The link has it. Null: everyone who knows key and name may join. It keeps lists of viewers from
    /// outsiders; it does not encrypt the media, which an origin may serve to everyone.</summary>
    public StreamSecret? Secret { get; init; }

    /// <summary>True to serve the media to peers from the source; false to serve catalog, records and leaf
    /// lists only and leave the media to viewers and the origin. Null: true when there is no origin.</summary>
    public bool? ServeMedia { get; init; }

    /// <summary>True when the host promises that the files it publishes are not written to while they are
    /// published. A file whose time of change is what it was is then served without being hashed again, which
    /// saves about a third of the processor time of serving. A promise that is broken unnoticed (a write through
    /// a memory map, a copy that restores the time) sends bytes that viewers reject, and for which they never
    /// talk to this node again.</summary>
    public bool FilesAreImmutable { get; init; }

    /// <summary>Bytes per second that this stream sends, at most, within the node's
    /// <see cref="StreamNodeOptions.UploadLimit"/>: blocks with their frames; null: no limit of its own.</summary>
    public long? UploadLimit { get; init; }

    /// <summary>How long the delegation and the catalog hold.</summary>
    public TimeSpan Validity { get; init; } = TimeSpan.FromDays(30);
}
