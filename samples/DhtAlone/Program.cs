using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using P2PStream.Discovery;
using P2PStream.Protocol;
using P2PStream.Transport;

// A distributed hash table and nothing else: ten nodes on loopback, one announces, one finds.
// Usage: DhtAlone [NODES]     or, to join the real mainline network: DhtAlone --join HOST:PORT
if (args is ["--join", var contact]) return await JoinAsync(contact);

var count = 10;
if (args is [var text, ..] && (args.Length > 1 || !int.TryParse(text, out count) || count is < 2 or > 200))
{
    Console.Error.WriteLine("usage: DhtAlone [NODES: 2 to 200] | DhtAlone --join HOST:PORT");
    return 1;
}

var key = InfoHash.FromStream(Encoding.UTF8.GetBytes("the evening programme"));
List<DhtNode> nodes = [];
for (var i = 0; i < count; i++)
{
    var node = NewNode(IPAddress.Loopback);
    await node.StartAsync(nodes.Count == 0 ? [] : [nodes[0].LocalEndPoint]);
    if (nodes.Count > 0) await node.BootstrapAsync();
    nodes.Add(node);
}

var clock = Stopwatch.StartNew();
var stored = await nodes[^1].AnnounceAsync(key, port: 4242);
Console.WriteLine($"{key} announced; {stored} nodes stored it, {clock.ElapsedMilliseconds} ms");

clock.Restart();
await foreach (var peer in nodes[count / 2].GetPeersAsync(key))
    Console.WriteLine($"found {peer} after {clock.ElapsedMilliseconds} ms");

// The node that everybody joined through goes; the network stays.
await nodes[0].DisposeAsync();
await using var late = NewNode(IPAddress.Loopback);
await late.StartAsync([nodes[1].LocalEndPoint]);
await late.BootstrapAsync();
Console.WriteLine($"a late node knows {late.RoutingTableSize} others");
foreach (var node in nodes) await node.DisposeAsync();
return 0;

static DhtNode NewNode(IPAddress address) => new(
    UdpDatagramSocket.Bind(new IPEndPoint(address, 0)), new DhtNodeOptions(), TimeProvider.System);

static async Task<int> JoinAsync(string contact)
{
    if (!HostPort.TryParse(contact, out var target))
    {
        Console.Error.WriteLine($"'{contact}' is not HOST:PORT");
        return 1;
    }

    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
    await using var node = NewNode(IPAddress.Any);
    try
    {
        await node.StartAsync(await target.ResolveAsync(limit.Token), limit.Token);
        await node.BootstrapAsync(limit.Token);
        Console.WriteLine($"joined; {node.RoutingTableSize} nodes known");
        return 0;
    }
    catch (SocketException error)
    {
        Console.Error.WriteLine($"{contact}: {error.Message}");
        return 1;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine($"{contact} does not answer");
        return 1;
    }
}
