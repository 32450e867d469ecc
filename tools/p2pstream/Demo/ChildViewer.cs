using System.Diagnostics;
using System.Globalization;
using P2PStream.Protocol;
using P2PStream.Tool.Commands;

namespace P2PStream.Tool.Demo;

/// <summary>
/// A viewer in a process of its own: this tool again, with the hidden command <c>viewer</c>, which
/// prints a snapshot a line. It leaves when its standard input is closed, so it never outlives us.
/// </summary>
internal sealed class ChildViewer : IDemoViewer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Task _listening;
    private volatile ViewerSnapshot _snapshot = new();
    private volatile string _lastError = "";
    private volatile bool _leaving;

    private ChildViewer(string name, bool isLate, Process process)
    {
        Name = name;
        IsLate = isLate;
        _process = process;
        _reading = ReadSnapshotsAsync();
        _listening = ReadErrorsAsync();
    }

    public string Name { get; }

    public bool IsLate { get; }

    public ViewerSnapshot Snapshot => _snapshot;

    public static ChildViewer Start(
        string name, bool isLate, StreamLink link, TimeSpan ahead, RateLimits limits)
    {
        var start = OwnCommand();
        start.ArgumentList.Add("viewer");
        start.ArgumentList.Add(link.ToString());
        start.ArgumentList.Add("--ahead");
        start.ArgumentList.Add(ahead.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        foreach (var argument in LimitOptions.Arguments(limits)) start.ArgumentList.Add(argument);
        start.RedirectStandardInput =
            start.RedirectStandardOutput = start.RedirectStandardError = true;
        return new ChildViewer(name, isLate, Process.Start(start)
            ?? throw ToolException.Failed("cannot start a process for a viewer"));
    }

    public async ValueTask DisposeAsync()
    {
        _leaving = true;
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Task.WhenAll(_reading, _listening);
        _process.Dispose();
    }

    /// <summary>How this very program was started: its own executable, or an assembly under
    /// dotnet.</summary>
    private static ProcessStartInfo OwnCommand()
    {
        var executable = Environment.ProcessPath
            ?? throw ToolException.Failed("cannot find the tool's own executable");
        var start = new ProcessStartInfo(executable);
        if (Path.GetFileNameWithoutExtension(executable) == "dotnet")
        {
            // Not Assembly.Location, which a native build does not have.
            var assembly = typeof(ChildViewer).Assembly.GetName().Name;
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"));
        }

        return start;
    }

    private async Task ReadSnapshotsAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (DemoJson.ReadSnapshot(line) is { } snapshot) _snapshot = snapshot;
        }

        await _process.WaitForExitAsync();
        if (_leaving || _snapshot.IsOver) return;
        var reason = _lastError.Length > 0
            ? _lastError
            : $"its process ended with {_process.ExitCode}";
        _snapshot = _snapshot with { Error = reason };
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line) _lastError = line;
    }
}
