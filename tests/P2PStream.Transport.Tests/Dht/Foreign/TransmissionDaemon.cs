using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Transmission (Debian: transmission-daemon) in a network namespace of its own, since its DHT
/// does not speak to 127.0.0.0/8. The namespace ends with it.</summary>
internal sealed class TransmissionDaemon : IAsyncDisposable
{
    private const int RpcPort = 9091;
    private const string SessionHeader = "X-Transmission-Session-Id";

    private readonly Process _process;
    private readonly NetworkNamespace _namespace;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http;

    private TransmissionDaemon(Process process, NetworkNamespace home, DirectoryInfo folder)
    {
        _process = process;
        _namespace = home;
        _folder = folder;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = home.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    /// <summary>Its DHT node and where it takes links.</summary>
    public static IPEndPoint EndPoint { get; } = new(Address(0), 51413);

    /// <summary>An address of the namespace, up to 31; 0 is Transmission's.</summary>
    public static IPAddress Address(int number) => new([10, 9, (byte)(number + 1), 1]);

    /// <summary>Makes its namespace, or skips the test where that cannot be or the software is missing.
    /// </summary>
    public static async Task<TransmissionDaemon> PrepareOrSkipAsync(
        CancellationToken cancellationToken)
    {
        Assert.SkipWhen(NetworkNamespace.Missing is not null, NetworkNamespace.Missing ?? "");
        Assert.SkipUnless(File.Exists("/usr/bin/transmission-daemon"),
            "Transmission is not installed (Debian: apt-get install transmission-daemon)");
        var folder = Directory.CreateTempSubdirectory("p2pstream-transmission-");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "settings.json"), Settings(folder.FullName),
            cancellationToken);
        var script = $$"""
            ip link set lo up
            i=1; while [ $i -le 32 ]; do ip address add 10.9.$i.1/32 dev lo; i=$((i + 1)); done
            echo ready
            read go
            exec transmission-daemon --foreground --config-dir {{folder.FullName}}
            """;
        var process = Process.Start(
            new ProcessStartInfo("unshare", ["--net", "sh", "-ec", script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        var problem = line == "ready"
            ? ""
            : await process.StandardError.ReadLineAsync(cancellationToken);
        Assert.SkipUnless(line == "ready", "no network namespace can be made here: " + problem);
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        return new TransmissionDaemon(process, NetworkNamespace.Of(process), folder);
    }

    /// <summary>Starts it.</summary>
    /// <param name="known">DHT nodes that it remembers, as if from an earlier run.</param>
    public async Task StartAsync(params IReadOnlyList<DhtNode> known)
    {
        // What it keeps between runs: its own ID and six bytes for each node, bencoded.
        byte[] nodes = [.. known.SelectMany(node => Compact(node.LocalEndPoint))];
        byte[] id = RandomNumberGenerator.GetBytes(NodeId.Size);
        byte[] saved =
        [
            .. "d2:id20:"u8, .. id, .. Encoding.ASCII.GetBytes($"5:nodes{nodes.Length}:"), .. nodes,
            (byte)'e',
        ];
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "dht.dat"), saved);
        await _process.StandardInput.WriteLineAsync();
    }

    /// <summary>A node of ours beside it.</summary>
    public DhtNode NewNode(int number) => new(
        _namespace.Run(() => UdpDatagramSocket.Bind(new IPEndPoint(Address(number), 0))),
        new DhtNodeOptions(), TimeProvider.System);

    /// <summary>A listener beside it, for who has found us.</summary>
    public TcpListener Listen(int number) => _namespace.Run(() =>
    {
        var listener = new TcpListener(Address(number), 0);
        listener.Start();
        return listener;
    });

    /// <summary>Has it look for peers of something, and announce itself as one.</summary>
    public async Task AddAsync(InfoHash key, CancellationToken cancellationToken)
    {
        var order = new
        {
            method = "torrent-add",
            arguments = new { filename = $"magnet:?xt=urn:btih:{key}" },
        };
        var uri = new Uri($"http://{EndPoint.Address}:{RpcPort}/transmission/rpc");
        while (true)
        {
            try
            {
                using var answer = await _http.PostAsJsonAsync(uri, order, cancellationToken);
                if (answer.IsSuccessStatusCode) return;
                Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
                _http.DefaultRequestHeaders.Remove(SessionHeader);
                _http.DefaultRequestHeaders.Add(
                    SessionHeader, answer.Headers.GetValues(SessionHeader));
            }
            catch (HttpRequestException)
            {
                // Not up yet.
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _namespace.Dispose();
        _folder.Delete(recursive: true);
    }

    private static IEnumerable<byte> Compact(IPEndPoint place) =>
        [.. place.Address.GetAddressBytes(), (byte)(place.Port >> 8), (byte)place.Port];

    private static string Settings(string folder) => $$"""
        {
            "bind-address-ipv4": "{{EndPoint.Address}}", "peer-port": {{EndPoint.Port}},
            "dht-enabled": true, "lpd-enabled": false, "pex-enabled": false, "utp-enabled": false,
            "port-forwarding-enabled": false, "download-dir": "{{folder}}",
            "rpc-bind-address": "{{EndPoint.Address}}", "rpc-port": {{RpcPort}},
            "rpc-whitelist-enabled": false, "rpc-host-whitelist-enabled": false
        }
        """;
}
