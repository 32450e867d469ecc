// Publishes the playlist it is given and plays it with a player of its own, from another node.
using System.Security.Cryptography;
using P2PStream;
using P2PStream.Http;
using P2PStream.Protocol;

using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
var playlist = args[0];
using var key = RootKey.FromSeed(RandomNumberGenerator.GetBytes(RootKey.SeedBytes));
await using var source = await StreamSource.OpenAsync(playlist, null, limit.Token);
await using var publisher = await StreamNode.StartAsync(new StreamNodeOptions(), limit.Token);
await using var published = await publisher.PublishAsync(
    source, new PublishOptions { Key = key, Name = "package check", ServeMedia = true }, limit.Token);

await using var viewer = await StreamNode.StartAsync(new StreamNodeOptions(), limit.Token);
await using var watched = await viewer.WatchAsync(published.Link, new WatchOptions(), limit.Token);
var player = new CollectingPlayer();
await watched.PlayAsync(player, limit.Token);

var folder = Path.GetDirectoryName(Path.GetFullPath(playlist))!;
var expected = File.ReadLines(playlist).Where(line => line.Length > 0 && line[0] != '#')
    .SelectMany(name => File.ReadAllBytes(Path.Combine(folder, name))).ToArray();
if (!expected.AsSpan().SequenceEqual(player.Seen.ToArray()))
{
    Console.Error.WriteLine($"{player.Seen.Length} bytes were played, and they are not the {expected.Length} published");
    return 1;
}

Console.WriteLine($"{expected.Length} bytes played as published");
return 0;
