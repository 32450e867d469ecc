using System.Runtime.InteropServices;

namespace P2PStream.Transfer;

/// <summary>What must not outlive this program, whatever ends it: processes, namespaces, files. Each is
/// removed by its owner, or here when a signal comes.</summary>
internal static class Leftovers
{
    private static readonly Lock Gate = new();
    private static readonly List<Action> Removals = [];
    private static bool s_isLeaving;
    private static readonly PosixSignalRegistration[] Signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Leave),
    ];

    /// <summary>Exit code of a program that was interrupted, as shells have it.</summary>
    private const int Interrupted = 130;

    /// <summary>Watches for signals from here on.</summary>
    public static void Watch() => GC.KeepAlive(Signals);

    /// <summary>Something was made, or is about to be. Does not return once the program is
    /// leaving.</summary>
    public static void Add(Action removal)
    {
        lock (Gate)
        {
            Removals.Add(removal);
            if (!s_isLeaving) return;
        }

        Try(removal);
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Its owner removes it now.</summary>
    public static void Forget(Action removal)
    {
        lock (Gate) Removals.Remove(removal);
    }

    private static void Leave(PosixSignalContext context)
    {
        context.Cancel = true;
        Action[] removals;
        lock (Gate)
        {
            s_isLeaving = true;
            // Newest first: processes before the namespaces that they live in.
            removals = [.. Removals.AsEnumerable().Reverse()];
        }

        foreach (var removal in removals) Try(removal);
        Environment.Exit(Interrupted);
    }

    private static void Try(Action removal)
    {
        try
        {
            removal();
        }
        catch (InvalidOperationException)
        {
            // Its owner was quicker.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
        }
    }
}
