// Watches a stream and writes its best picture to standard output (sound that is a track of its own would
// need a player that reads two):
//   dotnet run --project samples/MinimalPlayer -- 'p2pstream:…' | ffplay -
using P2PStream;
using P2PStream.Http;
using P2PStream.Protocol;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: MinimalPlayer LINK");
    return 1;
}

if (!StreamLink.TryParse(args[0], out var link, out var error))
{
    Console.Error.WriteLine(error);
    return 1;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    // The node finds peers, serves them, and asks the stream's origin where they cannot be in time.
    using var origin = new HttpOriginClient();
    await using var node = await StreamNode.StartAsync(
        new StreamNodeOptions { Origin = origin }, stop.Token);
    await using var watched = await node.WatchAsync(link, new WatchOptions(), stop.Token);
    await using var screen = Console.OpenStandardOutput();
    await watched.PlayAsync(new ConsolePlayer(screen), stop.Token);

    var statistics = watched.Statistics;
    Console.Error.WriteLine(
        $"{statistics.BytesDelivered} bytes, {statistics.Offload:P0} of them from other viewers");
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
catch (IOException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 2;
}
