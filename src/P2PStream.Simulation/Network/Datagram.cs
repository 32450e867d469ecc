using P2PStream.Discovery;

namespace P2PStream.Simulation;

/// <summary>A datagram on its way. Pooled.</summary>
internal sealed class Datagram
{
    private readonly byte[] _bytes = new byte[KademliaNode.MaxDatagramBytes];
    private int _length;

    public DhtEndPoint From { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Fill(ReadOnlySpan<byte> bytes, DhtEndPoint from)
    {
        bytes.CopyTo(_bytes);
        (_length, From) = (bytes.Length, from);
    }
}
