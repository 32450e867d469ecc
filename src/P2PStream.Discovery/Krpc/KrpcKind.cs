namespace P2PStream.Discovery;

/// <summary>The key <c>y</c> of a KRPC message.</summary>
internal enum KrpcKind : byte
{
    Query,
    Reply,
    Error,
}
