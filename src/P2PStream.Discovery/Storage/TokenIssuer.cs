using System.Buffers.Binary;
using System.Security.Cryptography;

namespace P2PStream.Discovery;

/// <summary>
/// Tokens that prove an announcer owns its address (BEP 5). A token is a MAC over address and
/// info-hash under a secret that changes every five minutes; the one before is still taken, so a
/// token is good for five to ten. Nothing is stored for one.
/// </summary>
internal sealed class TokenIssuer
{
    public const int TokenBytes = 8;

    /// <summary>How long one secret issues tokens.</summary>
    public static readonly TimeSpan Rotation = TimeSpan.FromMinutes(5);

    private readonly byte[] _root = new byte[32];
    private readonly byte[] _current = new byte[HMACSHA256.HashSizeInBytes];
    private readonly byte[] _previous = new byte[HMACSHA256.HashSizeInBytes];
    private long _period = long.MinValue;

    public TokenIssuer(SeededRandom random) => random.Fill(_root);

    /// <summary>Writes the token of an address for an info-hash.</summary>
    public void Issue(DhtEndPoint to, NodeId infoHash, TimeSpan now, Span<byte> token)
    {
        Rotate(now);
        Compute(_current, to, infoHash, token);
    }

    public bool IsValid(ReadOnlySpan<byte> token, DhtEndPoint from, NodeId infoHash, TimeSpan now)
    {
        if (token.Length != TokenBytes) return false;
        Rotate(now);
        Span<byte> expected = stackalloc byte[TokenBytes];
        Compute(_current, from, infoHash, expected);
        if (CryptographicOperations.FixedTimeEquals(token, expected)) return true;
        Compute(_previous, from, infoHash, expected);
        return CryptographicOperations.FixedTimeEquals(token, expected);
    }

    private void Rotate(TimeSpan now)
    {
        var period = now.Ticks / Rotation.Ticks;
        if (period == _period) return;
        _period = period;
        Derive(period, _current);
        Derive(period - 1, _previous);
    }

    private void Derive(long period, Span<byte> secret)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, period);
        HMACSHA256.HashData(_root, number, secret);
    }

    private static void Compute(ReadOnlySpan<byte> secret, DhtEndPoint host, NodeId infoHash,
        Span<byte> token)
    {
        Span<byte> input = stackalloc byte[16 + NodeId.Size];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        infoHash.CopyTo(input);
        var length = NodeId.Size + host.WriteAddress(input[NodeId.Size..]);
        HMACSHA256.HashData(secret, input[..length], mac);
        mac[..TokenBytes].CopyTo(token);
    }
}
