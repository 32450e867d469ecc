using System.CommandLine;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht</c>: asks the nodes of a mainline DHT, whosever they are.</summary>
internal static class DhtCommand
{
    public static Command Create() =>
        new("dht", "Asks the nodes of a BitTorrent mainline DHT: who is there, who has what.")
        {
            DhtPingCommand.Create(),
            DhtFindCommand.Create(),
            DhtGetPeersCommand.Create(),
            DhtGetCommand.Create(),
            DhtPutCommand.Create(),
            DhtStatsCommand.Create(),
        };
}
