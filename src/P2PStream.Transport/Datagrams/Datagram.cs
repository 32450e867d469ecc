using System.Net;

namespace P2PStream.Transport;

/// <summary>What was received.</summary>
/// <param name="Length">Bytes of the receiver's buffer that it fills.</param>
/// <param name="Remote">Who sent it, as its address claims; addresses of datagrams can be
/// forged.</param>
public readonly record struct Datagram(int Length, IPEndPoint Remote);
