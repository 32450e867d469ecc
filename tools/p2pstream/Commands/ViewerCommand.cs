using System.CommandLine;
using System.Diagnostics;
using P2PStream.Protocol;
using P2PStream.Tool.Demo;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>viewer LINK</c>, hidden: one of the demo's viewers in a process of its
/// own.</summary>
internal static class ViewerCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly AheadOption Ahead = new(DemoOptions.UsualAhead.TotalSeconds);

    private static readonly LimitOptions Limits = new();

    public static Command Create()
    {
        var link = new Argument<string>("LINK");
        var command =
            new Command("viewer", "Plays without a screen and reports; ends with its input.")
        {
            link,
        };
        Ahead.AddTo(command);
        Limits.AddTo(command);
        command.Hidden = true;
        command.SetGuardedAction((result, cancellationToken) =>
            RunAsync(
                Links.Parse(result.GetRequiredValue(link)), Ahead.Read(result), Limits.Read(result),
                cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        StreamLink link, TimeSpan ahead, RateLimits limits, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var parentGone = WaitForEndOfInputAsync(end);
        await using var viewer = ViewerRun.Start("viewer", isLate: false, link, ahead, limits);
        try
        {
            using var timer = new PeriodicTimer(Interval);
            while (await timer.WaitForNextTickAsync(end.Token)) Report(viewer);
        }
        catch (OperationCanceledException) when (parentGone.IsCompleted)
        {
            Report(viewer);
        }

        return viewer.Snapshot.Complete ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Report(ViewerRun viewer) => Console.WriteLine(DemoJson.Write(
        viewer.Snapshot with { ResidentBytes = PeakResidentBytes() }));

    /// <summary>The system's own peak where it keeps one, else what is resident now.</summary>
    private static long PeakResidentBytes()
    {
        using var self = Process.GetCurrentProcess();
        return Math.Max(self.PeakWorkingSet64, self.WorkingSet64);
    }

    private static async Task WaitForEndOfInputAsync(CancellationTokenSource end)
    {
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null, CancellationToken.None);
        await end.CancelAsync();
    }
}
