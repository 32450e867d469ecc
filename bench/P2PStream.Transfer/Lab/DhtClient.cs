namespace P2PStream.Transfer;

/// <summary>A DHT node that looks up what others have announced.</summary>
internal sealed record DhtClient : Client
{
    private readonly IReadOnlyList<string> _nodes;
    private readonly IReadOnlyList<string> _looker;
    private readonly Client? _installed;

    private DhtClient(string name, IReadOnlyList<string> nodes, IReadOnlyList<string> looker,
        Client? installed = null) : base(name) =>
        (_nodes, _looker, _installed) = (nodes, looker, installed);

    public static DhtClient Ours { get; } = new(
        "P2PStream", OwnProgram.End("dht-nodes"), OwnProgram.End("dht-looker"));

    public static DhtClient Libtorrent { get; } = Rival(
        "libtorrent", LibtorrentClient.Script("libtorrent_dht.py"), new LibtorrentClient(""));

    public static DhtClient BittorrentDht { get; } = Rival(
        "bittorrent-dht", WebTorrentClient.Script("dht.mjs"), new WebTorrentClient());

    public override string? Missing => _installed?.Missing;

    public override bool IsCompared => this == Ours;

    /// <summary>The command of a part of a network.</summary>
    public IReadOnlyList<string> Nodes(params IEnumerable<string> words) => [.. _nodes, .. words];

    /// <summary>The command of a node that looks keys up; see <see cref="DhtKeys"/>.</summary>
    public IReadOnlyList<string> Looker(params IEnumerable<string> words) => [.. _looker, .. words];

    private static DhtClient Rival(string name, IReadOnlyList<string> script, Client installed) =>
        new(name, [.. script, "role=network"], [.. script, "role=looker"], installed);
}
