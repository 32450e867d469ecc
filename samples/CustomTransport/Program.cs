// A transport of your own: prove that it keeps the contract, then run the protocol over it.
using CustomTransport;
using P2PStream.Protocol;
using P2PStream.Testing;
using P2PStream.Transport;

static TransportAddress NewPath() =>
    new("unix", Path.Combine(Path.GetTempPath(), $"p2pstream-{Guid.NewGuid():N}"));

var failed = 0;
foreach (var contractCase in TransportContract.Cases(() =>
    new TransportSubject(new UnixTransport(), new UnixTransport(), NewPath())
    {
        Unreachable = NewPath(),
    }))
{
    try
    {
        await contractCase.RunAsync(CancellationToken.None);
        Console.WriteLine($"kept    {contractCase.Name}");
    }
    catch (ContractException error)
    {
        failed++;
        Console.WriteLine($"BROKEN  {error.Message}");
    }
}

// One node serves a block, the other asks for it and checks its hash.
var transport = new UnixTransport();
await using var listener = await transport.ListenAsync(NewPath(), CancellationToken.None);
var accepting = listener.AcceptAsync(CancellationToken.None);
var viewer = new Node(await transport.ConnectAsync(listener.LocalAddress, CancellationToken.None));
var server = new Node((await accepting)!);
var running = Task.WhenAll(viewer.Pump.RunAsync(default), server.Pump.RunAsync(default));
var stream = new StreamId(ContentTree.HashLeaf("a stream"u8));
var channel = viewer.Pump.NextChannel();
viewer.Pump.Post(new()
{
    Kind = SessionCommandKind.OpenChannel, Channel = channel, Stream = stream,
});
await running;
var isTrue = viewer.Digest == ContentTree.HashLeaf(Node.Block);
Console.WriteLine(isTrue ? "A verified block came over a Unix socket." : "No block came.");
return failed == 0 && isTrue ? 0 : 1;

internal sealed class Node : ISessionObserver
{
    public static readonly byte[] Block =
        [.. Enumerable.Range(0, ContentLimits.BlockBytes).Select(i => (byte)i)];

    private readonly BlockPool _pool = new(capacity: 4);

    public Node(ILink link) =>
        Pump = new LinkPump(link, new PeerSession(new SessionOptions
        {
            IsInitiator = link.Info.IsInitiator,
            Nonce = (UInt128)Random.Shared.NextInt64(),
            Started = LinkPump.Now(TimeProvider.System),
        }), TimeProvider.System, this);

    public LinkPump Pump { get; }

    public Hash256 Digest { get; private set; }

    public ValueTask OnEventAsync(SessionEvent told, CancellationToken cancellationToken)
    {
        switch (told.Kind)
        {
            case SessionEventKind.ChannelOpening:
                Pump.Post(new()
                {
                    Kind = SessionCommandKind.AcceptChannel, Channel = told.Channel,
                });
                break;
            case SessionEventKind.ChannelAccepted when _pool.TryRent(Block.Length, out var place):
                Pump.Post(new()
                {
                    Kind = SessionCommandKind.Request, Channel = told.Channel, Request = 1,
                    Lease = place, Deadline = TimeSpan.FromSeconds(5),
                });
                break;
            case SessionEventKind.Requested when _pool.TryRent(Block.Length, out var copy):
                Block.CopyTo(copy!.Memory);
                Pump.Post(new()
                {
                    Kind = SessionCommandKind.Serve, Channel = told.Channel, Request = told.Request,
                    Block = told.Block, Lease = copy,
                });
                break;
            case SessionEventKind.BlockArrived:
                Digest = told.Digest;
                told.Lease!.Release();
                Pump.Post(new() { Kind = SessionCommandKind.Goodbye });
                break;
        }

        return ValueTask.CompletedTask;
    }
}
