using Spectre.Console;
using Spectre.Console.Rendering;

namespace P2PStream.Tool.Demo;

/// <summary>The table drawn anew several times a second, with the latest events below it.</summary>
internal sealed class LiveDemoDisplay(IAnsiConsole console) : IDemoDisplay
{
    private const int EventsShown = 5;

    private readonly Queue<string> _events = new();
    private LiveDisplayContext? _live;

    public Task RunAsync(Func<Task> demo) =>
        console.Live(DemoTable.Of([], console.Profile.Width)).AutoClear(true).StartAsync(async live =>
        {
            _live = live;
            await demo();
        });

    public void Say(string line)
    {
        lock (_events)
        {
            _events.Enqueue(line);
            if (_events.Count > EventsShown) _events.Dequeue();
        }
    }

    public void Show(IReadOnlyList<IDemoViewer> viewers)
    {
        IRenderable[] lines;
        lock (_events) lines = [.. _events.Select(line => new Text(line))];
        _live?.UpdateTarget(new Rows([DemoTable.Of(viewers, console.Profile.Width), .. lines]));
    }
}
