using System.Security.Cryptography;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Transfer;

/// <summary>Starts an end's node by the settings that all have: plain=1 for links without encryption,
/// up=BYTES that it may send in a second.</summary>
internal static class EndNode
{
    public static Task<StreamNode> StartAsync(EndOptions end, StreamNodeOptions options)
    {
        if (end.Number("up") is > 0 and var limit) options.UploadLimit = limit;
        if (end.Number("plain") != 0)
        {
            options.Transport = new PlainTcpTransport(
                new PeerId(new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size))));
            options.TransportListen = new TransportAddress(
                PlainTcpTransport.AddressTag, options.Listen.ToString());
        }

        return StreamNode.StartAsync(options);
    }
}
