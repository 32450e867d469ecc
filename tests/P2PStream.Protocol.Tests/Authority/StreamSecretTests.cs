using System.Security.Cryptography;

namespace P2PStream.Protocol.Tests;

/// <summary>What follows from a stream's secret.</summary>
public sealed class StreamSecretTests
{
    private static readonly StreamSecret Secret = new(Hash(1));
    private static readonly StreamId Stream = new(Hash(2));
    private static readonly PeerId Opener = new(Hash(3));
    private static readonly PeerId Acceptor = new(Hash(4));

    [Fact]
    public void Each_tag_is_for_one_use_one_stream_and_two_nodes_in_their_roles()
    {
        Hash256[] tags =
        [
            Secret.OpenTag(Stream, Opener, Acceptor),
            Secret.OpenTag(Stream, Acceptor, Opener),
            Secret.OpenTag(new StreamId(Hash(5)), Opener, Acceptor),
            Secret.OpenTag(Stream, Opener, new PeerId(Hash(5))),
            new StreamSecret(Hash(5)).OpenTag(Stream, Opener, Acceptor),
            Secret.AcceptTag(Stream, Opener, Acceptor),
            Secret.AcceptTag(Stream, Acceptor, Opener),
        ];
        Assert.Equal(tags.Length, tags.Distinct().Count());
        Assert.Equal(tags[0], Secret.OpenTag(Stream, Opener, Acceptor));
    }

    [Fact]
    public void A_tag_is_what_the_document_says()
    {
        byte[] ids = [.. Stream.Value.ToArray(), .. Opener.Value.ToArray(), .. Acceptor.Value.ToArray()];
        Assert.Equal(
            Mac([.. "P2PStream secret open v1\0"u8, .. ids]),
            Secret.OpenTag(Stream, Opener, Acceptor));
        Assert.Equal(
            Mac([.. "P2PStream secret accept v1\0"u8, .. ids]),
            Secret.AcceptTag(Stream, Opener, Acceptor));
    }

    [Fact]
    public void A_root_key_has_one_for_each_name_that_tells_nothing_of_the_key()
    {
        using var root = RootKey.FromSeed(Hash(6).ToArray());
        using var other = RootKey.FromSeed(Hash(7).ToArray());
        Assert.Equal(root.SecretFor("film"), root.SecretFor("film"));
        Assert.NotEqual(root.SecretFor("film"), root.SecretFor("match"));
        Assert.NotEqual(root.SecretFor("film"), other.SecretFor("film"));
        Assert.NotEqual(root.SecretFor("film").Value, Hash(6));
        Assert.NotEqual(root.SecretFor("film").Value, root.PublicKey);
    }

    [Fact]
    public void It_does_not_stand_in_a_log() =>
        Assert.DoesNotContain("01", Secret.ToString(), StringComparison.Ordinal);

    private static Hash256 Mac(byte[] message) =>
        new(HMACSHA256.HashData(Secret.Value.ToArray(), message));

    private static Hash256 Hash(byte value) =>
        new(Enumerable.Repeat(value, Hash256.Size).ToArray());
}
