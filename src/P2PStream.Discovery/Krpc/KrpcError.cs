namespace P2PStream.Discovery;

/// <summary>The error numbers of BEPs 5 and 44.</summary>
internal enum KrpcError
{
    Generic = 201,
    Server = 202,
    Protocol = 203,
    MethodUnknown = 204,
    ValueTooLarge = 205,
    BadSignature = 206,
    SaltTooLarge = 207,
    CasMismatch = 301,
    SequenceTooLow = 302,
}
