using System.Net;
using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>A connected socket on its way to become a link.</summary>
/// <param name="Socket">Connected.</param>
/// <param name="Tag">The transport's tag.</param>
/// <param name="Dialled">What was dialled; null for an accepted socket.</param>
/// <param name="Time">The clock.</param>
/// <param name="Started">When setting up began, by that clock.</param>
internal sealed record TcpStart(
    Socket Socket, string Tag, TransportAddress? Dialled, TimeProvider Time, long Started)
{
    /// <summary>What the link will say of itself.</summary>
    /// <param name="remote">Who is at the other end.</param>
    public LinkInfo Describe(PeerId remote)
    {
        var here = (IPEndPoint)Socket.LocalEndPoint!;
        var there = (IPEndPoint)Socket.RemoteEndPoint!;
        return new LinkInfo(
            remote,
            Dialled ?? TcpPath.Address(there, Tag),
            TcpPath.Classify(here.Address, there.Address),
            IsInitiator: Dialled is not null,
            Time.GetElapsedTime(Started));
    }
}
