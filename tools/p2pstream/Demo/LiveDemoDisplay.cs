using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace P2PStream.Tool.Demo;

/// <summary>The table drawn anew several times a second, with the latest events below it.</summary>
internal sealed class LiveDemoDisplay(IAnsiConsole console) : IDemoDisplay
{
    private const int EventsShown = 5;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Queue<string> _events = new();
    private LiveDisplayContext? _live;

    public Task RunAsync(Func<Task> demo) =>
        console.Live(DemoTable.Of([], console.Profile.Width)).AutoClear(true).StartAsync(
            async live =>
            {
                _live = live;
                await demo();
            });

    public void Say(string line)
    {
        lock (_events)
        {
            _events.Enqueue(string.Create(
                CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:0.0} s  {line}"));
            if (_events.Count > EventsShown) _events.Dequeue();
        }
    }

    public void Show(IReadOnlyList<IDemoViewer> viewers)
    {
        IRenderable[] lines;
        var width = console.Profile.Width;
        lock (_events) lines = [.. _events.Select(line => new Text(Cut(line, width - 1)))];
        _live?.UpdateTarget(new Rows([DemoTable.Of(viewers, width), .. lines]));
    }

    // A line that wraps moves all that is drawn above it.
    private static string Cut(string line, int width) =>
        line.Length <= width ? line : line[..Math.Max(0, width - 1)] + "…";
}
