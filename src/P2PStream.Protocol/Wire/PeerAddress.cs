namespace P2PStream.Protocol;

/// <summary>Where another peer of a stream was reached.</summary>
/// <param name="Tag">The transport: 1 to 16 of <c>a-z 0-9 -</c>. Unknown ones are passed on.</param>
/// <param name="Value">The address as that transport writes it: 1 to 255 bytes of printable ASCII.</param>
/// <param name="Age">Seconds since it was last known to be good; 65535 is that or more.</param>
public sealed record PeerAddress(string Tag, string Value, ushort Age);
