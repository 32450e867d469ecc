using System.Runtime.InteropServices;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>What one turn of a stream's loop has to tell its peers: gathered, and posted together, so
/// that a link is locked and woken once. Of the loop alone.</summary>
internal sealed class OutgoingCommands
{
    private readonly List<PeerChannel> _spoken = [];

    public void Add(PeerChannel peer, in SessionCommand command)
    {
        if (peer.Commands.Count == 0) _spoken.Add(peer);
        peer.Commands.Add(command);
    }

    public void PostAll()
    {
        foreach (var peer in _spoken)
        {
            peer.Connection.PostAll(CollectionsMarshal.AsSpan(peer.Commands));
            peer.Commands.Clear();
        }

        _spoken.Clear();
    }
}
