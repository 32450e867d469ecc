namespace P2PStream.Transfer;

/// <summary>All that can be measured, in the order in which it is.</summary>
internal static class ScenarioList
{
    private const int FewLeeches = 4;
    private const int ManyLeeches = 16;
    private const long LowRate = 5_000_000;

    private static readonly NodeClient Node = new("P2PStream, TLS");
    private static readonly NodeClient Plain = new("P2PStream, plaintext", "plain=1");
    private static readonly LibtorrentClient Torrent = new("libtorrent v2");
    private static readonly LibtorrentClient Tuned = new("libtorrent v2, tuned", "tuned=1");
    private static readonly WebTorrentClient Web = new();

    private static readonly Client[] Swarming = [Node, Plain, Torrent, Tuned, Web];

    private static readonly Client[] Playing =
    [
        Node,
        Plain,
        new LibtorrentClient("libtorrent v2, sequential", "mode=sequential"),
        new LibtorrentClient("libtorrent v2, deadlines", "mode=deadline"),
        Web,
    ];

    /// <param name="oneToOne">Who moves a file from one end to the other.</param>
    public static IReadOnlyList<Scenario> All(IReadOnlyList<Client> oneToOne) =>
    [
        new OneToOne([.. oneToOne, Web]),
        new FanOut(FewLeeches, isShaped: true, FanOut.UsualRate, Swarming),
        new FanOut(FewLeeches, isShaped: false, FanOut.UsualRate, Swarming),
        new FanOut(ManyLeeches, isShaped: true, FanOut.UsualRate, Swarming),
        new FanOut(ManyLeeches, isShaped: false, FanOut.UsualRate, Swarming),
        new FanOut(ManyLeeches, isShaped: true, LowRate, Swarming),
        new FanOut(ManyLeeches, isShaped: false, LowRate, Swarming),
        new SlowLink(Playing),
        new LongPath(Playing),
        new StalledSeed(Playing),
        new ManyLinks(),
        new LimitPrecision(),
        new FromDisk(),
        new DhtLookups("a mixed network", DhtClient.Ours, DhtClient.Libtorrent, DhtClient.BittorrentDht),
        new DhtLookups("a network of ours", DhtClient.Ours),
    ];
}
