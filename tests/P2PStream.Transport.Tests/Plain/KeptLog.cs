using System.Threading.Channels;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace P2PStream.Transport.Tests;

/// <summary>A logger that keeps its lines.</summary>
internal sealed class KeptLog : ILogger
{
    private readonly Channel<string> _unread = Channel.CreateUnbounded<string>();

    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Waits for the next line that was not read so yet.</summary>
    public ValueTask<string> ReadAsync(CancellationToken cancellationToken) =>
        _unread.Reader.ReadAsync(cancellationToken);

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state,
        Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        Lines.Enqueue(line);
        _unread.Writer.TryWrite(line);
    }
}
