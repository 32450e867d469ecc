using System.Security.Cryptography;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>The tags by which two nodes show each other that they have a stream's secret; empty for a stream
/// without one. Each is good between these two nodes alone, whose ids their link has proven.</summary>
internal static class SecretTags
{
    /// <summary>What a session needs to open a channel: what it says, and what it has to hear.</summary>
    public static ReadOnlyMemory<byte> ToOpen(StreamRuntime runtime, PeerId opener, PeerId acceptor)
    {
        var stream = runtime.Options.Stream;
        return runtime.Secret is { } secret
            ? (byte[])
            [
                .. secret.OpenTag(stream, opener, acceptor).ToArray(),
                .. secret.AcceptTag(stream, opener, acceptor).ToArray(),
            ]
            : default;
    }

    /// <summary>What a session needs to accept one.</summary>
    public static ReadOnlyMemory<byte> ToAccept(StreamRuntime runtime, PeerId opener, PeerId acceptor) =>
        runtime.Secret?.AcceptTag(runtime.Options.Stream, opener, acceptor).ToArray();

    /// <summary>True when a tag opens a stream's channel.</summary>
    public static bool Opens(
        ReadOnlySpan<byte> tag, StreamRuntime runtime, PeerId opener, PeerId acceptor) =>
        runtime.Secret is { } secret && CryptographicOperations.FixedTimeEquals(
            tag, secret.OpenTag(runtime.Options.Stream, opener, acceptor).ToArray());
}
