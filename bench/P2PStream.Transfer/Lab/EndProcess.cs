using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace P2PStream.Transfer;

/// <summary>One end in a process of its own; see <see cref="EndConsole"/> for what it says.</summary>
internal sealed partial class EndProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    /// <summary>Clock ticks in a second, USER_HZ of proc(5).</summary>
    private const double TicksPerSecond = 100;

    private const int Stop = 19; // SIGSTOP of signal(7)
    private const int Continue = 18; // SIGCONT

    private readonly Process _process;
    private readonly Action _removal;
    private bool _isFrozen;
    private volatile string _complaint = "";

    /// <param name="command">The program and its arguments.</param>
    public EndProcess(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new IOException($"cannot start {command[0]}");
        _process.ErrorDataReceived += (_, said) =>
        {
            // The last line that is no frame of a stack says what was wrong, in every language.
            if (said.Data?.Trim() is { Length: > 0 } line
                && !line.StartsWith("at ", StringComparison.Ordinal)) _complaint = line;
        };
        _process.BeginErrorReadLine();
        _removal = () => _process.Kill(entireProcessTree: true);
        Leftovers.Add(_removal);
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

    /// <summary>Stops it where it is: its connections stay open, and nothing comes.</summary>
    public void Freeze()
    {
        _isFrozen = true;
        if (Signal(Id, Stop) != 0) throw new IOException("cannot stop an end");
    }

    /// <summary>Waits for a line that begins with a word; gives the others.</summary>
    public async Task<string[]> HearAsync(string word)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await ReadLineAsync(word, patience.Token) is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [var first, .. var rest] && first == word) return rest;
            if (words is ["error", ..]) throw new IOException(line);
        }

        throw new IOException($"an end left before it said {word}: {_complaint}");
    }

    /// <summary>As <see cref="HearAsync"/>, for NAME=NUMBER words.</summary>
    public async Task<IReadOnlyDictionary<string, double>> NumbersAsync(string word) =>
        (await HearAsync(word)).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => Parse(pair[1]));

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_isFrozen) _ = Signal(Id, Continue);
            Say("quit");
            await _process.WaitForExitAsync().WaitAsync(Farewell);
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        Leftovers.Forget(_removal);
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    private async Task<string?> ReadLineAsync(string word, CancellationToken patience)
    {
        try
        {
            return await _process.StandardOutput.ReadLineAsync(patience);
        }
        catch (OperationCanceledException)
        {
            throw new IOException($"an end has not said {word} for {Patience.TotalMinutes} minutes");
        }
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
