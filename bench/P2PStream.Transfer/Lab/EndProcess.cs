using System.Diagnostics;
using System.Globalization;

namespace P2PStream.Transfer;

/// <summary>One end in a process of its own; see <see cref="EndConsole"/> for what it says.</summary>
internal sealed class EndProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    /// <summary>Clock ticks in a second, USER_HZ of proc(5).</summary>
    private const double TicksPerSecond = 100;

    private readonly Process _process;

    /// <param name="command">The program and its arguments.</param>
    public EndProcess(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new IOException($"cannot start {command[0]}");
    }

    public int Id => _process.Id;

    public string Address { get; private set; } = "";

    /// <summary>CPU seconds of the process so far, user and system.</summary>
    public double CpuSeconds
    {
        get
        {
            var text = File.ReadAllText($"/proc/{Id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (Parse(fields[11]) + Parse(fields[12])) / TicksPerSecond;
        }
    }

    /// <summary>Most memory that it had resident, in MiB; includes mapped files.</summary>
    public double PeakMebibytes => Status("VmHWM:");

    /// <summary>Resident memory that is no file's, in MiB.</summary>
    public double AnonymousMebibytes => Status("RssAnon:");

    public async Task ReadyAsync() => Address = (await HearAsync("ready"))[0];

    public void Say(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for a line that begins with a word; gives the others.</summary>
    public async Task<string[]> HearAsync(string word)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [var first, .. var rest] && first == word) return rest;
            if (words is ["error", ..]) throw new IOException(line);
        }

        throw new IOException($"an end left before it said {word}");
    }

    /// <summary>As <see cref="HearAsync"/>, for NAME=NUMBER words.</summary>
    public async Task<IReadOnlyDictionary<string, double>> NumbersAsync(string word) =>
        (await HearAsync(word)).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => Parse(pair[1]));

    public async ValueTask DisposeAsync()
    {
        try
        {
            Say("quit");
            await _process.WaitForExitAsync().WaitAsync(Farewell);
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static double Parse(string number) =>
        double.Parse(number, CultureInfo.InvariantCulture);

    private double Status(string field)
    {
        var line = File.ReadLines($"/proc/{Id}/status")
            .First(line => line.StartsWith(field, StringComparison.Ordinal));
        return Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal)) / 1024;
    }
}
