using System.Diagnostics.CodeAnalysis;

namespace P2PStream.Protocol;

/// <summary>What names a stream to people:
/// <c>p2pstream:KEY/NAME?peer=HOST:PORT&amp;origin=URL&amp;dht=HOST:PORT</c>. The key and the name
/// suffice, with the secret if the stream has one; the rest are hints, which nobody has to believe.
/// Grammar in docs/content-encodings.md.
/// Immutable.</summary>
public sealed record StreamLink
{
    /// <summary>Letters in a link, at most.</summary>
    public const int MaxLength = 2048;

    /// <summary>Hints of each kind, at most.</summary>
    public const int MaxHints = 16;

    private readonly string _name = "";
    private readonly string[] _peers = [];
    private readonly string[] _origins = [];
    private readonly string[] _bootstrap = [];

    /// <summary>The publisher's Ed25519 public key.</summary>
    public required Hash256 Key { get; init; }

    /// <summary>The stream's name, see <see cref="StreamName"/>.</summary>
    /// <exception cref="ArgumentException">Not a valid name.</exception>
    public required string Name
    {
        get => _name;
        init
        {
            StreamName.ThrowIfInvalid(value);
            _name = value;
        }
    }

    /// <summary>Nodes that had the stream, as <c>host:port</c>.</summary>
    /// <exception cref="ArgumentException">Too many, or one is not dialable.</exception>
    public IReadOnlyList<string> Peers
    {
        get => _peers;
        init => _peers = LinkHints.Normalize(value, LinkHints.TryNormalizeAddress);
    }

    /// <summary>Base URIs of origins, absolute http or https.</summary>
    /// <exception cref="ArgumentException">Too many, or one is no such URI.</exception>
    public IReadOnlyList<string> Origins
    {
        get => _origins;
        init => _origins = LinkHints.Normalize(value, LinkHints.TryNormalizeOrigin);
    }

    /// <summary>Nodes of the distributed hash table to start from, as <c>host:port</c>.</summary>
    /// <exception cref="ArgumentException">Too many, or one is not dialable.</exception>
    public IReadOnlyList<string> Bootstrap
    {
        get => _bootstrap;
        init => _bootstrap = LinkHints.Normalize(value, LinkHints.TryNormalizeAddress);
    }

    /// <summary>What the stream's viewers share, so that nobody else finds them; null for a stream
    /// that everyone may find. It is part of the text: who gets the link gets the secret.</summary>
    public StreamSecret? Secret { get; init; }

    /// <summary>The id of the stream.</summary>
    public StreamId StreamId => StreamId.Of(Key, Name);

    /// <summary>Reads a link; white space around it is ignored, and so are parameters of unknown
    /// names.</summary>
    /// <param name="text">What a person pasted.</param>
    /// <param name="link">The link.</param>
    /// <param name="error">What is wrong with it, one line for people.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out StreamLink? link,
        [NotNullWhen(false)] out string? error)
    {
        link = null;
        error = LinkParser.TryParse(text, out var parsed);
        if (error is not null) return false;
        link = parsed!;
        return true;
    }

    /// <summary>Same key, name, secret and hints.</summary>
    public bool Equals(StreamLink? other) =>
        other is not null && Key == other.Key && Name == other.Name
        && Secret == other.Secret
        && _peers.AsSpan().SequenceEqual(other._peers)
        && _origins.AsSpan().SequenceEqual(other._origins)
        && _bootstrap.AsSpan().SequenceEqual(other._bootstrap);

    /// <inheritdoc/>
    public override int GetHashCode() => StreamId.Value.GetHashCode();

    /// <summary>The link as text. Hints that do not fit into <see cref="MaxLength"/> are left
    /// out.</summary>
    public override string ToString() => LinkFormatter.Format(this);
}
