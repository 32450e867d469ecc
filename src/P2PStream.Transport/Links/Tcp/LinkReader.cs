using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace P2PStream.Transport;

/// <summary>
/// Reads a stream for a <see cref="PipeReader"/>'s consumer and, between its reads, straight into
/// the place of a block. Always offers one contiguous segment.
/// </summary>
/// <remarks>Invariant: bytes [_start, _end) of the buffer are received and not consumed, and
/// everything in the stream comes after them.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer owns nothing.")]
internal sealed class LinkReader(Stream stream) : PipeReader
{
    /// <summary>Two blocks, below the large-object threshold.</summary>
    private const int BufferBytes = 32 * 1024;

    /// <summary>A consumer that leaves more unconsumed has no limit on its frames: our own
    /// bug.</summary>
    private const int MaxBufferedBytes = 2 * 1024 * 1024;

    /// <summary>Bytes asked for while nothing is held: what is read ahead of a block's header must
    /// be copied into the block's place, so little is.</summary>
    private const int ReadAheadBytes = 4 * 1024;

    // Not pooled: a link may be disposed while its consumer still looks at the buffer.
    private byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _examined;
    private int _end;
    private bool _ended;
    private ReadOnlySequence<byte> _offered;
    private CancellationTokenSource _cancel = new();

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        if (_examined >= _end && !_ended && !_cancel.IsCancellationRequested) return false;
        result = Offer();
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryRead(out var ready)) return ready;
        var room = MakeRoom();
        var cancel = _cancel;
        using var registration = cancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), cancel);
        try
        {
            var count = await ReadStreamAsync(room, cancel.Token).ConfigureAwait(false);
            _end += count;
            _ended = count == 0;
        }
        catch (OperationCanceledException)
        {
            if (!cancellationToken.IsCancellationRequested) return Offer();
            _cancel = new CancellationTokenSource();
            throw new OperationCanceledException(cancellationToken);
        }

        return Offer();
    }

    /// <summary>Fills <paramref name="destination"/> with what follows the consumed
    /// bytes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReadPayloadAsync(
        Memory<byte> destination, CancellationToken cancellationToken)
    {
        var held = Math.Min(_end - _start, destination.Length);
        _buffer.AsSpan(_start, held).CopyTo(destination.Span);
        _start += held;
        _examined = Math.Max(_examined, _start);
        destination = destination[held..];
        while (destination.Length > 0)
        {
            var count = _ended
                ? 0
                : await ReadStreamAsync(destination, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                _ended = true;
                throw new EndOfStreamException("The link ended within a block.");
            }

            destination = destination[count..];
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var from = _start;
        _start = from + (int)_offered.Slice(_offered.Start, consumed).Length;
        _examined = from + (int)_offered.Slice(_offered.Start, examined).Length;
        if (_examined < _start)
            throw new ArgumentOutOfRangeException(
                nameof(examined), "Less is examined than consumed.");
        _offered = default;
    }

    public override void CancelPendingRead() => _cancel.Cancel();

    public override void Complete(Exception? exception = null)
    {
        // The link owns the stream; there is nothing of the reader's own to give back.
    }

    private ReadResult Offer()
    {
        var canceled = _cancel.IsCancellationRequested;
        if (canceled) _cancel = new CancellationTokenSource();
        _offered = new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
        return new ReadResult(_offered, canceled, _ended);
    }

    /// <summary>Where the next bytes go: as much as is held already, so a long frame takes few
    /// reads.</summary>
    private Memory<byte> MakeRoom()
    {
        var held = _end - _start;
        var ask = Math.Max(ReadAheadBytes, held);
        // A long frame needs a larger buffer; a link that carried one once must not keep it.
        var isOutlived = _buffer.Length > BufferBytes && held + ask <= BufferBytes;
        if (isOutlived || _buffer.Length - _end < ask)
        {
            if (held >= MaxBufferedBytes)
                throw new InvalidOperationException(
                    "The link's reader leaves too much unconsumed.");
            var target = isOutlived ? new byte[BufferBytes]
                : _buffer.Length - held < ask ? new byte[_buffer.Length * 2] : _buffer;
            _buffer.AsSpan(_start, held).CopyTo(target);
            _buffer = target;
            _examined -= _start;
            _start = 0;
            _end = held;
        }

        return _buffer.AsMemory(_end, ask);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadStreamAsync(
        Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(into, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (
            error is not (IOException or OperationCanceledException or ObjectDisposedException))
        {
            // What TLS throws for a broken record differs by platform.
            throw new IOException("The link failed.", error);
        }
    }
}
