using System.CommandLine;
using System.CommandLine.Help;
using P2PStream.Tool.Commands;
using P2PStream.Tool.Input;

namespace P2PStream.Tool;

/// <summary>The commands, and what is common to them: one line for an error, and exit
/// codes.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var parsed = Build().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            var problem = parsed.UnmatchedTokens is [var unknown, ..]
                ? $"There is no command or option '{unknown}'."
                : NumberProblem.Of(parsed.Errors[0]) ?? parsed.Errors[0].Message;
            WriteError(problem + " See 'p2pstream --help'.");
            return ExitCode.BadInput;
        }

        // InterruptSignal owns Ctrl+C; exceptions are told in one line by Guard.
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    /// <summary>Gives a command its action, with every failure turned into a line and an exit
    /// code.</summary>
    public static void SetGuardedAction(
        this Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                return await action(result, cancellationToken);
            }
            catch (Exception exception) when (cancellationToken.IsCancellationRequested
                && exception is OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
#pragma warning disable CA1031 // The outermost frame: whatever went wrong becomes one line.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                var failure = Failure.Of(exception);
                WriteError(failure.Message);
                return failure.ExitCode;
            }
        });

    /// <summary>A plain command: a RootCommand would go by the assembly's name.</summary>
    private static Command Build() =>
        new(
            "p2pstream",
            "Video between viewers: publish a stream, watch one, run or simulate a whole swarm.")
        {
            new HelpOption(),
            new VersionOption(),
            KeygenCommand.Create(),
            PublishCommand.Create(),
            WatchCommand.Create(),
            DemoCommand.Create(),
            SimulateCommand.Create(),
            DhtCommand.Create(),
            ViewerCommand.Create(),
        };

    private static void WriteError(string message) =>
        Console.Error.WriteLine("p2pstream: " + message);
}
