using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <content>From the session to the observer.</content>
public sealed partial class LinkPump
{
    private readonly AsyncSignal _toDeliver = new();

    /// <summary>Held by whoever delivers: events are told one at a time.</summary>
    private readonly SemaphoreSlim _baton = new(1, 1);

    /// <summary>Under the gate: taken from the session and not yet told.</summary>
    private readonly Queue<SessionEvent> _events = new();

    private async Task DeliverAsync()
    {
        while (true)
        {
            await _toDeliver.WaitAsync().ConfigureAwait(false);
            await DeliverAllAsync().ConfigureAwait(false);
            lock (_gate)
            {
                if (_isOver && _events.Count == 0) return;
            }
        }
    }

    private bool HasManyEvents
    {
        get
        {
            lock (_gate) return _events.Count >= ManyEvents;
        }
    }

    private ValueTask DeliverAllAsync()
    {
        lock (_gate)
        {
            if (_events.Count == 0) return ValueTask.CompletedTask;
        }

        return DeliverInTurnAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DeliverInTurnAsync()
    {
        await _baton.WaitAsync().ConfigureAwait(false);
        try
        {
            while (TryTakeEvent(out var happened))
                await DeliverAsync(happened).ConfigureAwait(false);
            _observer.OnToldAll();
        }
        finally
        {
            _baton.Release();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DeliverAsync(SessionEvent happened)
    {
        if (_observerFault is not null)
        {
            happened.Lease?.Release();
            return;
        }

        try
        {
            await _observer.OnEventAsync(happened, _stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It returned soon, as it was asked to.
        }
        catch (Exception error)
        {
            // Our host's own error: the link ends and RunAsync tells it.
            _observerFault = ExceptionDispatchInfo.Capture(error);
            Leave(SessionEndReason.ShuttingDown);
        }
    }

    private bool TryTakeEvent(out SessionEvent happened)
    {
        lock (_gate) return _events.TryDequeue(out happened);
    }
}
