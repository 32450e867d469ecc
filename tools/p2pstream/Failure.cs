using System.Net.Sockets;

namespace P2PStream.Tool;

/// <summary>An exception as a user hears of it: one line and an exit code.</summary>
internal readonly record struct Failure(string Message, int ExitCode)
{
    /// <summary>Set to 1 to get whole exceptions, for a report of a bug.</summary>
    private const string DetailsVariable = "P2PSTREAM_DETAILS";

    public static Failure Of(Exception exception)
    {
        if (Environment.GetEnvironmentVariable(DetailsVariable) == "1")
            return new Failure(exception.ToString(), Tool.ExitCode.Failed);
        var (message, code) = Describe(exception);
        return new Failure(OneLine(message), code);
    }

    /// <summary>Why nobody can listen there; null for another failure.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="asked">The option that asked for it, with its value.</param>
    public static ToolException? OfListening(Exception exception, string asked) =>
        SocketErrorOf(exception) is { } error
            ? ToolException.BadInput($"{asked}: {DescribeSocket(error, exception).Message}")
            : null;

    private static (string Message, int Code) Describe(Exception exception) => exception switch
    {
        ToolException tool => (tool.Message, tool.ExitCode),
        StreamSourceException source => (source.Message, Tool.ExitCode.BadInput),
        _ when SocketErrorOf(exception) is { } error => DescribeSocket(error, exception),
        IOException or UnauthorizedAccessException or TimeoutException =>
            (exception.Message, Tool.ExitCode.Failed),
        _ => ($"unexpected {exception.GetType().Name}: {exception.Message} " +
            $"(set {DetailsVariable}=1 for the details)", Tool.ExitCode.Failed),
    };

    private static (string Message, int Code) DescribeSocket(
        SocketError error, Exception exception) =>
        error switch
        {
            SocketError.AddressAlreadyInUse => ("the port is in use", Tool.ExitCode.BadInput),
            SocketError.AddressNotAvailable =>
                ("this machine has no such address to listen on", Tool.ExitCode.BadInput),
            SocketError.AccessDenied => ("the port may not be used", Tool.ExitCode.BadInput),
            _ => (exception.Message, Tool.ExitCode.Failed),
        };

    private static SocketError? SocketErrorOf(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket) return socket.SocketErrorCode;
        }

        return null;
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries
            | StringSplitOptions.TrimEntries));
}
