namespace P2PStream.Discovery;

/// <summary>The error numbers of BEP 5.</summary>
internal enum KrpcError
{
    Generic = 201,
    Server = 202,
    Protocol = 203,
    MethodUnknown = 204,
}
