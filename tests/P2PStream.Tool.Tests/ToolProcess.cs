using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace P2PStream.Tool.Tests;

/// <summary>The tool as a real process, with everything it said.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience =
        TimeSpan.FromSeconds(LongRun.IsOn ? 300 : 90);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task _listening;
    private volatile TaskCompletionSource _heard = NewSignal();

    private ToolProcess(Process process)
    {
        _process = process;
        _listening = ListenAsync();
    }

    public int Id => _process.Id;

    /// <summary>What stands on standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    public static ToolProcess Start(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "P2PStream.Tool.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<ToolResult> RunAsync(params string[] arguments)
    {
        await using var tool = Start(arguments);
        return await tool.FinishAsync();
    }

    /// <summary>The next line of standard output.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line =
            await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            .AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (line is not null) return line;
        await _listening;
        throw new InvalidOperationException("The tool ended without a word: " + Errors);
    }

    /// <summary>The first word after <paramref name="mark"/> on standard error, once it is
    /// there.</summary>
    public async Task<string> ReadErrorAfterAsync(string mark)
    {
        using var limit =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            var heard = _heard.Task;
            var at = Errors.IndexOf(mark, StringComparison.Ordinal);
            if (at >= 0) return Errors[(at + mark.Length)..].Split([' ', '\n'], 2)[0];
            await heard.WaitAsync(limit.Token);
        }
    }

    /// <summary>Reads that many bytes of standard output and leaves, as <c>head -c</c> does.</summary>
    public async Task<ToolResult> ReadAndLeaveAsync(int bytes)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var output = new byte[bytes];
        await using (var stream = _process.StandardOutput.BaseStream)
        {
            await stream.ReadExactlyAsync(output, cancellationToken).AsTask()
                .WaitAsync(Patience, cancellationToken);
        }

        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        await _listening;
        return new ToolResult(_process.ExitCode, output, Errors);
    }

    /// <summary>As Ctrl+C does.</summary>
    public void Interrupt()
    {
        var id = _process.Id.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("kill", ["-INT", id]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end, however it comes.</summary>
    public async Task<ToolResult> FinishAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var output = new MemoryStream();
        await _process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken)
            .WaitAsync(Patience, cancellationToken);
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        await _listening;
        return new ToolResult(_process.ExitCode, output.ToArray(), Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _listening;
        _process.Dispose();
    }

    private async Task ListenAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_errors) _errors.Append(line).Append('\n');
            Interlocked.Exchange(ref _heard, NewSignal()).SetResult();
        }
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
