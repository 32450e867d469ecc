namespace P2PStream.Transport.Tests;

/// <summary>DHT nodes of others that a script of ours drives.</summary>
public enum ForeignSoftware
{
    /// <summary>libtorrent, by its Python binding (Debian: python3-libtorrent).</summary>
    Libtorrent,

    /// <summary>bittorrent-dht on Node, which WebTorrent uses (npm; eng/test.sh installs it).</summary>
    BittorrentDht,
}
