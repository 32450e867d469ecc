using System.Globalization;

namespace P2PStream.Tool;

/// <summary>How long a command may take, over all its steps.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _interrupt;
    private readonly TimeSpan _time;

    /// <param name="time">How long, from now on.</param>
    /// <param name="interrupt">The user's: ends it before, and is no problem to tell.</param>
    public TimeLimit(TimeSpan time, CancellationToken interrupt)
    {
        (_time, _interrupt) = (time, interrupt);
        _source = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        _source.CancelAfter(time);
    }

    /// <summary>Does a step.</summary>
    /// <param name="step">Must heed its token.</param>
    /// <param name="problem">What to tell when the time is over, "in N s" appended.</param>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> step, string problem)
    {
        try
        {
            return await step(_source.Token);
        }
        catch (OperationCanceledException) when (!_interrupt.IsCancellationRequested)
        {
            throw ToolException.Failed(string.Create(
                CultureInfo.InvariantCulture, $"{problem} in {_time.TotalSeconds:0.###} s"));
        }
    }

    public void Dispose() => _source.Dispose();
}
