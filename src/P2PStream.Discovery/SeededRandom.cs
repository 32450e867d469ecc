using System.Buffers.Binary;
using System.Security.Cryptography;

namespace P2PStream.Discovery;

/// <summary>
/// Randomness that replays from a seed and yet cannot be foretold from what it has shown: SHA-256
/// in counter mode. Transaction IDs and random look-up targets are seen by strangers, who must not
/// learn from them the next transaction ID or the secret behind the tokens.
/// </summary>
internal sealed class SeededRandom
{
    private readonly byte[] _input = new byte[16];
    private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
    private int _used = SHA256.HashSizeInBytes;
    private ulong _counter;

    public SeededRandom(ulong seed) => BinaryPrimitives.WriteUInt64LittleEndian(_input, seed);

    public void Fill(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            if (_used == _block.Length) Refill();
            var take = Math.Min(destination.Length, _block.Length - _used);
            _block.AsSpan(_used, take).CopyTo(destination);
            _used += take;
            destination = destination[take..];
        }
    }

    public uint NextUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>A number below <paramref name="bound"/>; its bias is below 2^-32 × bound.</summary>
    public int Next(int bound) => (int)(((ulong)NextUInt32() * (uint)bound) >> 32);

    public NodeId NextNodeId()
    {
        Span<byte> bytes = stackalloc byte[NodeId.Size];
        Fill(bytes);
        return new NodeId(bytes);
    }

    private void Refill()
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_input.AsSpan(8), _counter++);
        SHA256.HashData(_input, _block);
        _used = 0;
    }
}
