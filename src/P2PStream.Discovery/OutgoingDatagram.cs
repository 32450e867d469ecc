using Microsoft.Extensions.ObjectPool;

namespace P2PStream.Discovery;

/// <summary>One reused datagram.</summary>
internal sealed class OutgoingDatagram
{
    public byte[] Buffer { get; } = new byte[KrpcLimits.MaxSentBytes];

    public int Length { get; set; }

    public DhtEndPoint To { get; set; }

    internal sealed class Policy : PooledObjectPolicy<OutgoingDatagram>
    {
        public override OutgoingDatagram Create() => new();

        public override bool Return(OutgoingDatagram obj) => true;
    }
}
