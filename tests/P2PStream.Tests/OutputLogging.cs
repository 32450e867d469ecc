using Microsoft.Extensions.Logging;

namespace P2PStream.Tests;

/// <summary>Writes log messages to a test's output, for a test that failed.</summary>
internal sealed class OutputLogging(ITestOutputHelper output, string name) : ILoggerFactory, ILogger
{
    public void AddProvider(ILoggerProvider provider) { }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        output.WriteLine($"{TimeProvider.System.GetUtcNow():ss.fff} {name} {formatter(state, exception)} {exception}");

    public void Dispose() { }
}
