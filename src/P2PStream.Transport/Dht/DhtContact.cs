using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>A node of the DHT that has answered.</summary>
/// <param name="Id">Its place in the key space, as it says.</param>
/// <param name="EndPoint">Where it answered from.</param>
public readonly record struct DhtContact(NodeId Id, IPEndPoint EndPoint);
