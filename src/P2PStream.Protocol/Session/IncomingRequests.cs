namespace P2PStream.Protocol;

/// <summary>
/// The remote's requests: who waits for the owner's word, which blocks wait for their turn on the
/// link. Owns the leases handed over to be served until a batch takes them.
/// </summary>
/// <remarks>Invariant: every request leaves the table with exactly one answer, data or reject, or
/// with its channel; every lease handed over is reported once as served or dropped.</remarks>
internal sealed class IncomingRequests(Ring<SessionEvent> events, ControlQueue control)
{
    private readonly NumberTable<IncomingRequest> _table = new();
    private readonly NumberTable<IncomingRequest> _byRemoteId = new();

    /// <summary>Channels with blocks that wait for their turn.</summary>
    private readonly List<SessionChannel> _serving = [];
    private readonly Ring<Writing> _writing = new();
    private EntryPool<IncomingRequest> _pool;

    private uint _nextId;
    private ulong _order;

    public Violation Receive(
        in RequestFrame frame, bool isSubscription, SessionChannel channel, TimeSpan now)
    {
        if (channel.Incoming.Count + frame.Count > channel.GrantedCredit)
            return Violation.CreditExceeded;
        var deadline = RelativeDeadline.FromWire(frame.Deadline);
        for (var i = 0; i < frame.Count; i++)
        {
            var request = _pool.Get();
            request.RemoteId = unchecked(frame.First + (uint)i);
            request.Channel = channel;
            request.Block = WireFormat.Next(frame.Block, i);
            request.Deadline = now + deadline;
            if (!_byRemoteId.TryAdd(request.RemoteId, request))
            {
                _pool.Return(request);
                return Violation.DuplicateRequest;
            }

            request.Id = unchecked(_nextId++);
            _table.TryAdd(request.Id, request);

            channel.Incoming.Add(request);
            events.Enqueue(new SessionEvent
            {
                Kind = SessionEventKind.Requested,
                Channel = channel.Number,
                Request = request.Id,
                Block = request.Block,
                Deadline = deadline,
                Value = isSubscription ? 1u : 0u,
            });
        }

        return Violation.None;
    }

    public void Serve(in SessionCommand command, SessionChannel? channel)
    {
        var lease = command.Lease!;
        if (channel is null
            || !_table.TryGetValue(command.Request, out var request)
            || request.Channel != channel)
        {
            events.Enqueue(Served(command.Channel, command.Request, command.Block, lease.Length));
            lease.Release();
            return;
        }

        if (request.Lease is not null)
            throw new InvalidOperationException($"Request {request.Id} is being served already.");
        request.Lease = lease;
        request.Order = _order++;
        if (channel.Serving.Count == 0) _serving.Add(channel);
        channel.Serving.Add(request);
    }

    /// <summary>Answers a request with no, if it still waits for an answer.</summary>
    public void Reject(uint id, SessionChannel channel, RejectReason reason)
    {
        if (_table.TryGetValue(id, out var request) && request.Channel == channel)
            Reject(request, reason);
    }

    /// <summary>The remote takes requests back; those already answered are nothing to it.</summary>
    public void Cancel(in CancelFrame frame, SessionChannel channel)
    {
        for (var i = 0u; i < frame.Count; i++)
        {
            var id = unchecked(frame.First + i);
            if (!_byRemoteId.TryGetValue(id, out var request) || request.Channel != channel)
                continue;
            if (request.Lease is null)
                events.Enqueue(new SessionEvent
                {
                    Kind = SessionEventKind.RequestCancelled,
                    Channel = channel.Number,
                    Request = request.Id,
                    Block = request.Block,
                });
            Reject(request, RejectReason.Cancelled);
        }
    }

    /// <summary>Writes blocks, earliest deadline first, as many as a batch may carry and the gate
    /// lets through.</summary>
    public void Write(TimeSpan now, TransmitBatch batch, IServeGate? gate)
    {
        foreach (var channel in _serving) channel.IsHeldBack = false;
        while (MostUrgent() is { } request)
        {
            var lease = request.Lease!;
            if (now - request.Deadline > SessionLimits.ServeLate)
            {
                new RejectFrame(request.RemoteId, 1, RejectReason.Expired)
                    .Write(batch, request.Channel.Number);
                Drop(request);
                continue;
            }

            if (batch.PayloadBytes + lease.Length > SessionLimits.BatchPayloadBytes) return;
            if (gate is not null && !Passes(request, batch, gate, now))
            {
                request.Channel.IsHeldBack = true;
                continue;
            }

            var header = new DataHeader(
                request.Channel.Number, request.RemoteId, request.Block, lease.Length);
            DataFrame.WriteHead(batch, header);
            _writing.Enqueue(new Writing(request.Id, header.Block, header.Channel, lease.Length));
            batch.AddPayload(lease);
            Unqueue(request);
            Free(request);
        }
    }

    /// <summary>The last batch is on the link.</summary>
    public void Transmitted()
    {
        while (_writing.Count > 0) EndWriting(isWritten: true);
    }

    /// <summary>The remote waits for nothing more on the channel.</summary>
    public void EndChannel(SessionChannel channel)
    {
        while (channel.Incoming.First is { } request) Drop(request);
    }

    /// <summary>The last batch may or may not have reached the link: it counts as dropped.</summary>
    public void End()
    {
        while (_writing.Count > 0) EndWriting(isWritten: false);
    }

    private static bool Passes(
        IncomingRequest request, TransmitBatch batch, IServeGate gate, TimeSpan now)
    {
        var channel = request.Channel;
        var room = SessionLimits.BatchPayloadBytes - batch.PayloadBytes + FrameReader.DataPrefix;
        var wanted = (int)Math.Clamp(channel.Serving.Bytes, request.FrameBytes, room);
        return gate.TryPass(channel.Stream, request.FrameBytes, wanted, request.Deadline, now);
    }

    /// <summary>The next in line of all channels that are not held back.</summary>
    private IncomingRequest? MostUrgent()
    {
        IncomingRequest? best = null;
        foreach (var channel in _serving)
        {
            if (channel.IsHeldBack) continue;
            var first = channel.Serving.First;
            if (best is null || ServeQueue.IsBefore(first, best)) best = first;
        }

        return best;
    }

    private void Unqueue(IncomingRequest request)
    {
        request.Channel.Serving.Remove(request);
        if (request.Channel.Serving.Count == 0) _serving.Remove(request.Channel);
    }

    private void EndWriting(bool isWritten)
    {
        var block = _writing.Dequeue();
        events.Enqueue(Served(block.Channel, block.Request, block.Block, block.Length) with
        {
            Value = isWritten ? 1u : 0u,
        });
    }

    private static SessionEvent Served(ushort channel, uint id, in BlockId block, int length) =>
        new()
        {
            Kind = SessionEventKind.BlockServed,
            Channel = channel,
            Request = id,
            Block = block,
            Count = (uint)length,
        };

    private void Reject(IncomingRequest request, RejectReason reason)
    {
        control.Add(new ControlItem(FrameType.Reject, request.Channel.Number)
        {
            Number = request.RemoteId,
            Count = 1,
            Value = (uint)reason,
        });
        Drop(request);
    }

    private void Drop(IncomingRequest request)
    {
        if (request.Lease is { } lease)
        {
            Unqueue(request);
            events.Enqueue(
                Served(request.Channel.Number, request.Id, request.Block, lease.Length));
            lease.Release();
        }

        Free(request);
    }

    private void Free(IncomingRequest request)
    {
        _table.Remove(request.Id);
        _byRemoteId.Remove(request.RemoteId);
        request.List!.Remove(request);
        _pool.Return(request);
    }

    /// <summary>A block in the batch that is being written.</summary>
    private readonly record struct Writing(uint Request, BlockId Block, ushort Channel, int Length);
}
