using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// Lets a player read blocks where they lie: they are added as leases and given back as it
/// advances. Nothing is copied. Many threads may add; one reads.
/// </summary>
/// <remarks>Invariant, by position in the whole: everything before <c>_consumed</c> has been given
/// back, what lies before <c>_lent</c> may be looked at by the reader, and <c>_examined</c> is how
/// far it has looked in vain.</remarks>
internal sealed class LeaseReader : PipeReader, IValueTaskSource<ReadResult>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<ReadResult> _source = new()
    {
        // Whoever adds is a stream's loop: it must not run a player.
        RunContinuationsAsynchronously = true,
    };

    private LeaseSegment? _first;
    private LeaseSegment? _last;
    private long _consumed;
    private long _examined;
    private long _lent;
    private long _end;
    private Exception? _fault;
    private CancellationToken _waitingToken;
    private CancellationTokenRegistration _cancelling;
    private bool _isWaiting;
    private bool _isCanceled;
    private bool _isEnded;
    private bool _isCompleted;

    /// <summary>Takes over the lease.</summary>
    /// <returns>False when nobody reads any more: the lease stays the caller's.</returns>
    public bool Add(Lease lease)
    {
        lock (_gate)
        {
            if (_isCompleted || _isEnded) return false;
            _last = LeaseSegment.After(_last, _end, lease);
            _first ??= _last;
            _end += lease.Length;
        }

        Answer();
        return true;
    }

    /// <summary>Nothing follows.</summary>
    /// <param name="fault">What the reader is to be told once it has read what there is.</param>
    public void End(Exception? fault = null)
    {
        lock (_gate)
        {
            if (_isEnded) return;
            _isEnded = true;
            _fault = fault;
        }

        Answer();
    }

    /// <summary>Takes back what the reader is not looking at, and ends with a fault if that was
    /// anything, or if there was to be more.</summary>
    public void Abandon(Exception fault)
    {
        lock (_gate)
        {
            if (!_isEnded || _end > _lent) _fault = fault;
            _isEnded = true;
            if (_end > _lent) TakeBackUnlent();
        }

        Answer();
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (IsReady) return new ValueTask<ReadResult>(Result());
            if (_isWaiting) throw new InvalidOperationException("A read is under way already.");
            _source.Reset();
            _isWaiting = true;
            _waitingToken = cancellationToken;
        }

        _cancelling = cancellationToken.UnsafeRegister(
            static reader => ((LeaseReader)reader!).GiveUp(), this);
        return new ValueTask<ReadResult>(this, _source.Version);
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (_gate)
        {
            var isReady = IsReady;
            result = isReady ? Result() : default;
            return isReady;
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_gate)
        {
            var to = Position(consumed);
            if (to < _consumed || to > _lent)
                throw new ArgumentOutOfRangeException(nameof(consumed));
            _examined = Math.Max(to, Position(examined));
            _consumed = to;
            while (_first is { } first && first.End <= to)
            {
                _first = first.Following;
                if (_first is null) _last = null;
                first.Release();
            }
        }
    }

    public override void CancelPendingRead()
    {
        lock (_gate) _isCanceled = true;
        Answer();
    }

    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            _isCompleted = true;
            while (_first is { } first)
            {
                _first = first.Following;
                first.Release();
            }

            _last = null;
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        // Not by whoever answers: he may be faster than the registration.
        _cancelling.Dispose();
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) =>
        _source.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private bool IsReady => _end > _examined || _isEnded || _isCanceled || _isCompleted;

    /// <summary>Under the gate.</summary>
    private ReadResult Result()
    {
        if (_isCompleted) throw new InvalidOperationException("The reader has been completed.");
        var isCanceled = _isCanceled;
        _isCanceled = false;
        // What is there is read before the fault is told.
        if (_fault is not null && _end <= _examined) throw new IOException(_fault.Message, _fault);
        _lent = _end;
        var bytes = _first is null
            ? ReadOnlySequence<byte>.Empty
            : new ReadOnlySequence<byte>(
                _first, (int)(_consumed - _first.RunningIndex), _last!, _last!.Memory.Length);
        return new ReadResult(bytes, isCanceled, isCompleted: _isEnded && _fault is null);
    }

    /// <summary>Lets a waiting reader go if there is something for it.</summary>
    private void Answer()
    {
        ReadResult result = default;
        Exception? error = null;
        lock (_gate)
        {
            if (!_isWaiting || !IsReady) return;
            _isWaiting = false;
            try
            {
                result = Result();
            }
            catch (Exception told) when (told is IOException or InvalidOperationException)
            {
                error = told;
            }
        }

        if (error is null) _source.SetResult(result);
        else _source.SetException(error);
    }

    private void GiveUp()
    {
        lock (_gate)
        {
            if (!_isWaiting) return;
            _isWaiting = false;
        }

        _source.SetException(new OperationCanceledException(_waitingToken));
    }

    private long Position(SequencePosition position) =>
        position.GetObject() is LeaseSegment segment
            ? segment.RunningIndex + position.GetInteger()
            : _consumed;

    /// <summary>Under the gate: cuts the chain behind what is lent.</summary>
    private void TakeBackUnlent()
    {
        LeaseSegment? kept = null;
        var next = _first;
        while (next is not null && next.RunningIndex < _lent) (kept, next) = (next, next.Following);
        kept?.Cut();
        while (next is not null)
        {
            var following = next.Following;
            next.Release();
            next = following;
        }

        _last = kept;
        if (kept is null) _first = null;
        _end = kept?.End ?? Math.Max(_consumed, _lent);
    }
}
