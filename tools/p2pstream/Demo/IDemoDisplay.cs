namespace P2PStream.Tool.Demo;

/// <summary>Where a running demo is watched: a live table, or plain lines.</summary>
internal interface IDemoDisplay
{
    /// <summary>Runs the demo inside the display.</summary>
    Task RunAsync(Func<Task> demo);

    /// <summary>Something happened.</summary>
    void Say(string line);

    /// <summary>How all viewers fare; called several times a second.</summary>
    void Show(IReadOnlyList<IDemoViewer> viewers);
}
