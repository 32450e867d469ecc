using System.Security.Cryptography;

namespace P2PStream.Protocol;

/// <summary>
/// What the viewers of a stream share beside its key and name, so that nobody else finds them or can
/// list them: where they announce themselves, where the stream's item is kept and what it is sealed
/// with follow from it, and a channel opens only between two nodes that have it. It hides nothing
/// from who has it, and it does not encrypt the media. Layout in docs/content-encodings.md.
/// </summary>
/// <param name="Value">32 bytes that cannot be guessed.</param>
public readonly record struct StreamSecret(Hash256 Value)
{
    /// <summary>What opens a channel of the stream in place of the stream's id: who has not the secret
    /// cannot make it, nor use one that was made for other nodes.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="opener">Who opens the channel.</param>
    /// <param name="acceptor">Who is to accept it.</param>
    public Hash256 OpenTag(StreamId stream, PeerId opener, PeerId acceptor) =>
        Tag("P2PStream secret open v1\0"u8, stream, opener, acceptor);

    /// <summary>What accepts such a channel.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="opener">Who opened the channel.</param>
    /// <param name="acceptor">Who accepts it.</param>
    public Hash256 AcceptTag(StreamId stream, PeerId opener, PeerId acceptor) =>
        Tag("P2PStream secret accept v1\0"u8, stream, opener, acceptor);

    /// <summary>Tells nothing.</summary>
    public override string ToString() => nameof(StreamSecret);

    /// <summary>What stands for the stream's id wherever outsiders look.</summary>
    internal Hash256 Blind(StreamId stream) =>
        Tag("P2PStream secret stream v1\0"u8, stream);

    /// <summary>HMAC-SHA-256, under the secret, over a domain string, the stream's id and the ids of
    /// nodes.</summary>
    private Hash256 Tag(
        ReadOnlySpan<byte> domain, StreamId stream, params ReadOnlySpan<PeerId> nodes)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        Value.CopyTo(bytes);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, bytes);
        mac.AppendData(domain);
        stream.Value.CopyTo(bytes);
        mac.AppendData(bytes);
        foreach (var node in nodes)
        {
            node.Value.CopyTo(bytes);
            mac.AppendData(bytes);
        }

        mac.GetHashAndReset(bytes);
        return new Hash256(bytes);
    }
}
