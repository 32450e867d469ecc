using P2PStream.Discovery;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Where the DHT and the local network know a stream's viewers.</summary>
public static class StreamInfoHash
{
    /// <summary>The info-hash of a stream: without a secret everyone who knows the stream can tell it.</summary>
    public static InfoHash Of(StreamId stream, StreamSecret? secret)
    {
        var id = stream.Value.ToArray();
        return secret is null
            ? InfoHash.FromStream(id)
            : InfoHash.FromStream(id, secret.Value.Value.ToArray());
    }
}
