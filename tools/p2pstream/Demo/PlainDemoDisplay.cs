using System.Diagnostics;
using System.Globalization;

namespace P2PStream.Tool.Demo;

/// <summary>Lines with a time stamp: each event, and every few seconds the state of all.</summary>
internal sealed class PlainDemoDisplay(TextWriter output) : IDemoDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = Interval;

    public Task RunAsync(Func<Task> demo) => demo();

    public void Say(string line) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:0.0} s  {line}"));

    public void Show(IReadOnlyList<IDemoViewer> viewers)
    {
        if (_clock.Elapsed < _next) return;
        _next = _clock.Elapsed + Interval;
        var now =
            viewers.Where(viewer => !viewer.IsLate).Select(viewer => viewer.Snapshot).ToArray();
        var delivered = now.Sum(viewer => viewer.BytesDelivered);
        var offload = DemoReport.Share(now.Sum(viewer => viewer.BytesFromViewers), delivered);
        Say(string.Create(CultureInfo.InvariantCulture,
            $"{now.Count(viewer => viewer.Status == PlayerStatus.Playing)} playing, "
            + $"{now.Count(viewer => viewer.Complete)} of {now.Length} finished, "
            + $"{ByteText.Of(delivered)} delivered, {offload:P1} from viewers, "
            + $"{now.Sum(viewer => viewer.Stalls)} stalls"));
    }
}
