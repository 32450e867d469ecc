using System.Collections.Concurrent;
using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>Fetches runs of blocks from the origin, each with one request, straight into their places.</summary>
internal sealed class OriginRunner(
    StreamRuntime runtime, IOriginClient client, IReadOnlyList<string> named) : IAsyncDisposable
{
    private readonly OriginRule _rule = new(named, client.Allows);
    private readonly ConcurrentDictionary<uint, CancellationTokenSource> _running = new();
    private readonly ConcurrentDictionary<uint, Task> _tasks = new();

    public void Start(OriginRun run, string origin)
    {
        var cancellation = new CancellationTokenSource();
        _running[run.Number] = cancellation;
        // Kept before it runs: it takes itself out.
        var task = new Task<Task>(() => RunAsync(run, origin, cancellation));
        _tasks[run.Number] = task.Unwrap();
        task.Start(TaskScheduler.Default);
    }

    public void Cancel(uint number)
    {
        if (!_running.TryGetValue(number, out var cancellation)) return;
        try
        {
            cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var number in _running.Keys) Cancel(number);
        await Task.WhenAll(_tasks.Values);
    }

    private async Task RunAsync(OriginRun run, string origin, CancellationTokenSource cancellation)
    {
        var done = 0;
        try
        {
            if (!_rule.TryResolve(origin, run.Record, out var uri, out var reach, out var problem))
                throw new IOException(problem);
            var offset = Math.Max(0, run.Record.OriginOffset) + run.Offset;
            long length = 0;
            foreach (var block in run.Blocks) length += block.Lease.Length;
            await using var stream = await client.OpenAsync(
                uri, offset, length, reach, cancellation.Token);
            for (; done < run.Blocks.Count; done++)
            {
                var (ticket, lease) = run.Blocks[done];
                await stream.ReadExactlyAsync(lease.Memory, cancellation.Token);
                var digest = ContentTree.HashLeaf(lease.Memory.Span);
                runtime.PostBlock(ticket, lease, digest);
            }
        }
        catch (Exception error)
        {
            for (; done < run.Blocks.Count; done++) run.Blocks[done].Lease.Release();
            runtime.PostOriginFailed(run.Number, error is FileNotFoundException, error.Message);
        }
        finally
        {
            _running.TryRemove(run.Number, out _);
            _tasks.TryRemove(run.Number, out _);
            cancellation.Dispose();
        }
    }
}
