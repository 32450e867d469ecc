using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace P2PStream.Transport.Tests;

/// <summary>A logger that keeps its lines.</summary>
internal sealed class KeptLog : ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state,
        Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue(formatter(state, exception));
}
