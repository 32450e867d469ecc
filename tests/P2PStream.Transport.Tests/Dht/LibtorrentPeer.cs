using System.Diagnostics;
using System.Globalization;
using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>A real libtorrent session on loopback, driven through its Python binding in a process
/// of its own (Debian: python3-libtorrent).</summary>
internal sealed class LibtorrentPeer : IAsyncDisposable
{
    private const string Missing =
        "libtorrent's Python binding is not installed (Debian: apt-get install python3-libtorrent)";

    // On one address, libtorrent keeps one node unless told otherwise, and bans what asks often.
    private const string Script = """
        import sys, threading, time, libtorrent as lt
        s = lt.session({'listen_interfaces': '127.0.0.1:0', 'enable_dht': True,
          'dht_bootstrap_nodes': '', 'enable_lsd': False, 'enable_upnp': False,
          'enable_natpmp': False, 'dht_restrict_routing_ips': False,
          'dht_restrict_search_ips': False, 'dht_ignore_dark_internet': False,
          'dht_enforce_node_id': False, 'dht_prefer_verified_node_ids': False,
          'dht_block_ratelimit': 1000, 'dht_upload_rate_limit': 1000000,
          'alert_mask': lt.alert.category_t.dht_operation_notification
            | lt.alert.category_t.dht_notification})
        print('port', s.listen_port(), flush=True)
        def watch():
            while True:
                s.wait_for_alert(1000)
                for a in s.pop_alerts():
                    if isinstance(a, lt.dht_get_peers_reply_alert):
                        print('peers', *['%s:%d' % p for p in a.peers()], flush=True)
                    elif isinstance(a, lt.dht_bootstrap_alert):
                        print('bootstrap', flush=True)
        threading.Thread(target=watch, daemon=True).start()
        for line in sys.stdin:
            words = line.split()
            if words[0] == 'add':
                s.add_dht_node((words[1], int(words[2])))
            elif words[0] == 'announce':
                p = lt.parse_magnet_uri('magnet:?xt=urn:btih:' + words[1])
                p.save_path = '/nonexistent'
                s.add_torrent(p).force_dht_announce()
            elif words[0] == 'get':
                s.dht_get_peers(lt.sha1_hash(bytes.fromhex(words[1])))
        """;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    private readonly Process _process;

    private LibtorrentPeer(Process process, int port)
    {
        _process = process;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <summary>Its DHT node, and where it takes BitTorrent connections.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Starts it, or skips the test when it is not installed.</summary>
    public static async Task<LibtorrentPeer> StartOrSkipAsync(CancellationToken cancellationToken)
    {
        var python = await FindPythonAsync(cancellationToken);
        Assert.SkipUnless(python is not null, Missing);
        var process = Run(python!, Script);
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        var port = int.Parse(line!.Split(' ')[1], CultureInfo.InvariantCulture);
        return new LibtorrentPeer(process, port);
    }

    public Task AddNodeAsync(IPEndPoint node) => TellAsync($"add {node.Address} {node.Port}");

    public Task AnnounceAsync(InfoHash infoHash) => TellAsync($"announce {infoHash}");

    /// <summary>Looks up peers; an answer without any, or none at all, leads to another question: with
    /// an empty table libtorrent says nothing.</summary>
    public async Task<IReadOnlyList<IPEndPoint>> GetPeersAsync(
        InfoHash infoHash, CancellationToken cancellationToken)
    {
        var reading = _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask();
        while (true)
        {
            await TellAsync($"get {infoHash}");
            if (await Task.WhenAny(reading, Task.Delay(AskAgain, cancellationToken)) != reading)
                continue;
            var line = await reading
                ?? throw new InvalidOperationException("libtorrent has ended.");
            if (line.StartsWith("peers ", StringComparison.Ordinal) && line.Length > 6)
                return [.. line[6..].Split(' ').Select(IPEndPoint.Parse)];
            reading = _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task TellAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
    }

    private static async Task<string?> FindPythonAsync(CancellationToken cancellationToken)
    {
        foreach (var python in new[] { "/usr/bin/python3", "python3" })
        {
            try
            {
                using var process = Run(python, "import libtorrent");
                await process.WaitForExitAsync(cancellationToken);
                if (process.ExitCode == 0) return python;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No such program.
            }
        }

        return null;
    }

    private static Process Run(string python, string script)
    {
        var start = new ProcessStartInfo(python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        return Process.Start(start)!;
    }
}
