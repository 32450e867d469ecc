using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Others' DHT nodes in a process of theirs, each on an address of its own: told what to do
/// and answering in lines of JSON.</summary>
internal sealed class ForeignNodes : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Process _process;
    private readonly Task _listening;
    private readonly Task<string> _errors;
    private int _last;

    private ForeignNodes(Process process, IReadOnlyList<IPEndPoint> endPoints, Task<string> errors)
    {
        _process = process;
        EndPoints = endPoints;
        _errors = errors;
        _listening = ListenAsync();
    }

    /// <summary>Where each node is reached.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Starts nodes, or skips the test where the software is missing.</summary>
    /// <param name="software">Whose.</param>
    /// <param name="addresses">One node each.</param>
    /// <param name="bootstrap">Whom they join through.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ForeignNodes> StartOrSkipAsync(ForeignSoftware software,
        IEnumerable<IPAddress> addresses, IEnumerable<IPEndPoint> bootstrap,
        CancellationToken cancellationToken)
    {
        Skip(software);
        var config = JsonSerializer.Serialize(new
        {
            addresses = addresses.Select(address => address.ToString()),
            bootstrap = bootstrap.Select(node => node.ToString()),
        });
        var command = ForeignPrograms.Find(software).Command!;
        var process = Process.Start(new ProcessStartInfo(command[0], [.. command[1..], config])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException($"{software} says: {await errors}");
        var nodes = JsonDocument.Parse(line).RootElement.GetProperty("nodes");
        return new ForeignNodes(process,
            [.. nodes.EnumerateArray().Select(node => IPEndPoint.Parse(node.GetString()!))], errors);
    }

    /// <summary>Skips the test where the software is missing.</summary>
    public static void Skip(ForeignSoftware software)
    {
        var (command, missing) = ForeignPrograms.Find(software);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs all of 127.0.0.0/8, as Linux has it");
        Assert.SkipUnless(command is not null, missing);
    }

    /// <summary>Tells a node of another.</summary>
    public Task AddNodeAsync(int node, IPEndPoint other, CancellationToken cancellationToken) =>
        AskAsync(node, "add", cancellationToken, ("to", other.ToString()));

    /// <summary>Announces a port; libtorrent announces the one where its links are accepted instead,
    /// and says so later.</summary>
    public Task AnnounceAsync(
        int node, InfoHash key, int port, CancellationToken cancellationToken) =>
        AskAsync(node, "announce", cancellationToken, ("key", key.ToString()), ("port", port));

    /// <summary>Looks until there are peers.</summary>
    public async Task<IReadOnlyList<IPEndPoint>> GetPeersAsync(
        int node, InfoHash key, CancellationToken cancellationToken)
    {
        var answer =
            await AskAsync(node, "get_peers", cancellationToken, ("key", key.ToString()));
        return [.. answer.GetProperty("peers").EnumerateArray()
            .Select(peer => IPEndPoint.Parse(peer.GetString()!))];
    }

    /// <summary>Has a node do something, and waits for its answer.</summary>
    public async Task<JsonElement> AskAsync(int node, string what,
        CancellationToken cancellationToken, params (string Name, JsonNode? Value)[] arguments)
    {
        var id = Interlocked.Increment(ref _last);
        var order = new JsonObject { ["id"] = id, ["node"] = node, ["do"] = what };
        foreach (var (name, value) in arguments) order[name] = value;
        var answer = new TaskCompletionSource<JsonElement>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _process.StandardInput.WriteLineAsync(order.ToJsonString());
            await _process.StandardInput.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }

        if (_listening.IsCompleted) await FailAsync();
        return await answer.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _listening;
        _process.Dispose();
        _writing.Dispose();
    }

    private async Task ListenAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            var answer = JsonDocument.Parse(line).RootElement;
            if (_waiting.TryRemove(answer.GetProperty("id").GetInt32(), out var waiting))
                waiting.TrySetResult(answer);
        }

        await FailAsync();
    }

    private async Task FailAsync()
    {
        var errors = await _errors;
        await _process.WaitForExitAsync(CancellationToken.None);
        var error = new InvalidOperationException(
            $"The other's nodes have ended with {_process.ExitCode}: {errors}");
        foreach (var waiting in _waiting.Values)
            if (waiting.TrySetException(error)) _ = waiting.Task.Exception; // Nobody may be waiting.
    }
}
