using System.Threading.Tasks.Sources;

namespace P2PStream.Transport;

/// <summary>
/// Wakes one waiter from any thread without allocating: an auto-reset event that remembers one
/// signal.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source = new()
    {
        // Whoever signals may hold a lock or be in a hurry.
        RunContinuationsAsynchronously = true,
    };

    private bool _waiting;
    private bool _set;

    /// <summary>Lets the waiter go, or the next one pass at once.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _set = true;
                return;
            }

            _waiting = false;
        }

        _source.SetResult(true);
    }

    /// <summary>Waits for <see cref="Set"/>; one waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_set)
            {
                _set = false;
                return ValueTask.CompletedTask;
            }

            if (_waiting) throw new InvalidOperationException("The signal has a waiter already.");
            _source.Reset();
            _waiting = true;
            return new ValueTask(this, _source.Version);
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
