using System.Net;
using System.Security.Cryptography;
using P2PStream.Discovery;

namespace P2PStream.Transfer;

/// <summary>
/// What is announced in a DHT and looked up there, in a file of "HASH IP:PORT" lines: who is going to be
/// found under each. An end that looks is told "go FROM,COUNT,WIDTH" for so many lines from one on, so
/// many at once, and says "done" with found (under their hash the peer that the file names), seconds
/// (for all), first and complete (medians of one, in seconds: until that peer, until the end).
/// </summary>
internal sealed class DhtKeys
{
    private const int FirstPort = 1024;

    private DhtKeys(IReadOnlyList<(InfoHash Key, IPEndPoint Peer)> all) => All = all;

    public IReadOnlyList<(InfoHash Key, IPEndPoint Peer)> All { get; }

    public (InfoHash Key, IPEndPoint Peer) this[int index] => All[index];

    /// <summary>Random ones.</summary>
    /// <param name="count">How many.</param>
    /// <param name="hosts">Who announces them, in turns, each at a port of its own.</param>
    public static DhtKeys Random(int count, IReadOnlyList<IPAddress> hosts) => new(
    [
        .. Enumerable.Range(0, count).Select(i => (
            new InfoHash(RandomNumberGenerator.GetBytes(InfoHash.Size)),
            new IPEndPoint(hosts[i % hosts.Count], FirstPort + i))),
    ]);

    public static DhtKeys Read(string path) => new(
    [
        .. File.ReadLines(path).Select(line => line.Split(' ')).Select(words => (
            new InfoHash(Convert.FromHexString(words[0])), IPEndPoint.Parse(words[1]))),
    ]);

    public void Write(string path) =>
        File.WriteAllLines(path, All.Select(one => $"{one.Key} {one.Peer}"));
}
