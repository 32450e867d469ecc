using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <content>From the link into the session.</content>
public sealed partial class LinkPump
{
    /// <summary>Events that are not kept waiting for more: 256 KiB of blocks.</summary>
    private const int ManyEvents = 16;

    private byte[] _joined = [];

    /// <summary>Why taking frames from a buffer stopped.</summary>
    private enum Pause
    {
        /// <summary>The rest is no whole frame.</summary>
        NeedMore,

        /// <summary>A block's header was taken and its payload is next.</summary>
        Payload,

        /// <summary>Many events are to be delivered before more is taken.</summary>
        Events,

        /// <summary>The session has ended; what still comes is dropped.</summary>
        Ended,

        /// <summary>The link has been disposed while its bytes were looked at.</summary>
        Lost,
    }

    /// <summary>An error of our own ends the link like one of its own: the writer must not wait for ever.</summary>
    private async Task ReadOrFailAsync()
    {
        try
        {
            await ReadAsync().ConfigureAwait(false);
        }
        catch
        {
            FailLink();
            throw;
        }
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            // Events are told together, when the link has no more at hand.
            var reading = TryReadAsync();
            if (!reading.IsCompleted) await DeliverAllAsync().ConfigureAwait(false);
            if (await reading.ConfigureAwait(false) is not { } read) break;
            var pause = Take(read.Buffer, out var consumed, out var data, out var slot);
            var isRest = pause is Pause.NeedMore or Pause.Ended;
            if (pause == Pause.Lost || !TryAdvance(read.Buffer, consumed, isRest))
            {
                slot?.Release();
                break;
            }

            Interlocked.Add(ref _bytesReceived, consumed);
            ChargeReceived(
                pause == Pause.Payload ? consumed - FrameReader.DataPrefix : consumed, block: 0);
            if (isRest && read.IsCompleted)
            {
                // After its end the session may still have a goodbye to say: only our side is at
                // its end.
                if (pause != Pause.Ended) break;
                _toDeliver.Set();
                return;
            }

            if (pause == Pause.Payload
                && !await TryReadBlockAsync(data, slot!).ConfigureAwait(false))
                break;
            if (HasManyEvents) await DeliverAllAsync().ConfigureAwait(false);
        }

        _toDeliver.Set();
        FailLink();
    }

    /// <returns>Null when the link has failed or must not be read any more.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult?> TryReadAsync()
    {
        try
        {
            var read = await Link.Input.ReadAsync(_stopping).ConfigureAwait(false);
            return read.IsCanceled ? null : read;
        }
        catch (Exception)
        {
            // A link may fail in any way its maker thought of; to the session they are one.
            return null;
        }
    }

    /// <returns>False when the link has been disposed while its bytes were looked at.</returns>
    private bool TryAdvance(in ReadOnlySequence<byte> buffer, long consumed, bool isRest)
    {
        try
        {
            var taken = buffer.GetPosition(consumed);
            Link.Input.AdvanceTo(taken, isRest ? buffer.End : taken);
            return true;
        }
        catch (Exception)
        {
            // As when reading.
            return false;
        }
    }

    /// <summary>Takes frames until something outside the buffer is needed.</summary>
    private Pause Take(
        in ReadOnlySequence<byte> buffer, out long consumed, out DataHeader data, out Lease? slot)
    {
        consumed = 0;
        slot = null;
        while (true)
        {
            lock (_gate)
            {
                data = default;
                if (_session.HasEnded)
                {
                    consumed = buffer.Length;
                    return Pause.Ended;
                }

                var now = Now(_time);
                if (!TryLook(buffer, consumed, out var status, out var frame, out data))
                    return Pause.Lost;
                switch (status)
                {
                    case FrameStatus.NeedMore:
                        return Pause.NeedMore;
                    case FrameStatus.Control:
                        _session.Receive(frame, now);
                        consumed += frame.Header.TotalLength;
                        break;
                    case FrameStatus.Data:
                        // A reference of our own: whatever the session decides while the payload
                        // trickles in, the place is not given to another block.
                        if (_session.TryPlace(data, now, out slot)) slot!.AddReference();
                        consumed += FrameReader.DataPrefix;
                        break;
                    default:
                        _session.ReceiveMalformed(frame.Header, now);
                        break;
                }

                Touched(now, isReader: true);
                if (slot is not null) return Pause.Payload;
                if (_events.Count >= ManyEvents) return Pause.Events;
            }
        }
    }

    /// <summary>Looks at the next frame.</summary>
    /// <param name="buffer">What has been read.</param>
    /// <param name="consumed">How much of it has been taken.</param>
    /// <param name="status">What lies there.</param>
    /// <param name="frame">A control frame; otherwise its header without a payload.</param>
    /// <param name="data">A block's header.</param>
    /// <returns>False when the link has been disposed while its bytes were looked at: a pipe takes them
    /// back then, and what it throws depends on how far it got.</returns>
    private bool TryLook(in ReadOnlySequence<byte> buffer, long consumed,
        out FrameStatus status, out Frame frame, out DataHeader data)
    {
        try
        {
            var rest = buffer.Slice(consumed);
            status = FrameReader.TryRead(
                rest, _session.RemoteHello is not null, out var header, out data);
            frame = status == FrameStatus.Control
                ? FrameReader.GetFrame(rest, header, ref _joined)
                : new Frame(header, default);
            return true;
        }
        catch (Exception)
        {
            status = default;
            frame = default;
            data = default;
            return false;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryReadBlockAsync(DataHeader header, Lease slot)
    {
        try
        {
            var reading = Link.ReadPayloadAsync(slot.Memory, _stopping);
            if (!reading.IsCompleted) await DeliverAllAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As in TryReadAsync.
            slot.Release();
            return false;
        }

        Interlocked.Add(ref _bytesReceived, slot.Length);
        ChargeReceived(control: 0, FrameReader.DataPrefix + slot.Length);
        HashWork work;
        bool isWork;
        lock (_gate)
        {
            var now = Now(_time);
            _session.ReceiveData(header, now);
            isWork = _session.TryTakeWork(out work);
            ChargeWaste();
            Touched(now, isReader: true);
        }

        while (isWork)
        {
            var digest = ContentTree.HashLeaf(work.Lease.Memory.Span);
            lock (_gate)
            {
                var now = Now(_time);
                _session.Complete(new Completion(work.Token, digest), now);
                isWork = _session.TryTakeWork(out work);
                Touched(now, isReader: true);
            }
        }

        slot.Release();
        return true;
    }
}
