using System.Globalization;
using System.Threading.Channels;

namespace P2PStream.Transfer;

/// <summary>
/// How an end of a measurement talks with the process that measures, in lines that any language can
/// read and write. The end says "ready ADDRESS", "first", "mark", "done NAME=NUMBER ..." and
/// "stats NAME=NUMBER ..."; it is told "go ADDRESS,...", "stats" and "quit".
/// </summary>
internal sealed class EndConsole
{
    private readonly Channel<string> _orders = Channel.CreateUnbounded<string>();

    public EndConsole() => _ = Task.Run(ReadAsync);

    /// <summary>What to add to "stats".</summary>
    public Func<string> Statistics { get; set; } = static () => "";

    public static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }

    public static string Number(string name, double value) =>
        string.Create(CultureInfo.InvariantCulture, $" {name}={value:0.######}");

    /// <summary>Waits for "go" and gives its addresses.</summary>
    public async Task<string[]> GoAsync() =>
        (await _orders.Reader.ReadAsync()).Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Waits for "go" and gives its words between commas; null when the end may leave.</summary>
    public async Task<string[]?> NextGoAsync() =>
        await _orders.Reader.WaitToReadAsync() ? await GoAsync() : null;

    /// <summary>Waits until the end may leave.</summary>
    public Task QuitAsync() => _orders.Reader.Completion;

    private async Task ReadAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line && line != "quit")
        {
            if (line.StartsWith("go", StringComparison.Ordinal))
                await _orders.Writer.WriteAsync(line[2..].Trim());
            else if (line == "stats")
                Say("stats" + Number("allocated", GC.GetTotalAllocatedBytes())
                    + Number("gcPauseMs", GC.GetTotalPauseDuration().TotalMilliseconds)
                    + Statistics());
        }

        _orders.Writer.Complete();
    }
}
