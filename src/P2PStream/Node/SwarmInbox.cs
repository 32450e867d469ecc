using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace P2PStream;

/// <summary>
/// What waits for a stream's loop. Many add, one takes; inputs may be added quietly and the loop
/// woken once for them all.
/// </summary>
/// <param name="limit">Inputs that wait before <see cref="AddAsync"/> waits too.</param>
internal sealed class SwarmInbox(int limit)
{
    private readonly Lock _gate = new();

    /// <summary>Holds one item while the loop is to look.</summary>
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { SingleReader = true });

    /// <summary>Of the loop alone: what it has taken, and how much of that it has seen.</summary>
    private List<SwarmInput> _taken = [];
    private int _seen;

    private List<SwarmInput> _waiting = [];
    private TaskCompletionSource? _room;
    private bool _isAwake;
    private bool _isClosed;

    /// <summary>Adds an input without waking the loop.</summary>
    /// <returns>False when the inbox is full or closed: the input stays the caller's.</returns>
    public bool TryAdd(in SwarmInput input)
    {
        lock (_gate)
        {
            if (_isClosed || _waiting.Count >= limit) return false;
            _waiting.Add(input);
            return true;
        }
    }

    /// <summary>Adds an input, without waking the loop unless it must wait for room.</summary>
    /// <returns>False when the inbox is closed: the input stays the caller's.</returns>
    /// <exception cref="OperationCanceledException">Given up while waiting; the input stays the
    /// caller's.</exception>
    public ValueTask<bool> AddAsync(in SwarmInput input, CancellationToken cancellationToken) =>
        TryAdd(input) ? new ValueTask<bool>(true) : AddSlowlyAsync(input, cancellationToken);

    /// <summary>Lets the loop take what has been added.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_isAwake) return;
            _isAwake = true;
        }

        _bell.Writer.TryWrite(true);
    }

    /// <summary>For the loop: waits until it is woken.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitAsync()
    {
        await _bell.Reader.WaitToReadAsync();
        _bell.Reader.TryRead(out _);
    }

    /// <summary>For the loop: takes the next input. Once there is none it is to wait.</summary>
    public bool TryTake(out SwarmInput input)
    {
        if (_seen == _taken.Count && !TrySwap())
        {
            input = default;
            return false;
        }

        input = _taken[_seen++];
        return true;
    }

    /// <summary>Nothing more is taken in; what waits can still be taken. Wakes the loop.</summary>
    public void Close()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isClosed = true;
            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
        // Even while it is awake: its last look may be past what it would have seen of this.
        _bell.Writer.TryWrite(true);
    }

    private async ValueTask<bool> AddSlowlyAsync(
        SwarmInput input, CancellationToken cancellationToken)
    {
        while (!TryAdd(input))
        {
            Task room;
            lock (_gate)
            {
                if (_isClosed) return false;
                if (_waiting.Count < limit) continue;
                _room ??= new TaskCompletionSource(
                    TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            Wake();
            await room.WaitAsync(cancellationToken);
        }

        return true;
    }

    private bool TrySwap()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _taken.Clear();
            _seen = 0;
            if (_waiting.Count == 0)
            {
                _isAwake = false;
                return false;
            }

            (_waiting, _taken) = (_taken, _waiting);
            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
        return true;
    }
}
