namespace P2PStream.Protocol;

/// <summary>
/// Our requests: which wait, which are out, where each block goes. Owns the requests' leases until a
/// block is handed to the owner of the session.
/// </summary>
/// <remarks>Invariant: a request is in the table exactly as long as its number may still appear on
/// the wire or its lease is in use, and has one answer.</remarks>
internal sealed class OutgoingRequests(Ring<SessionEvent> events, ControlQueue control)
{
    private readonly NumberTable<OutgoingRequest> _table = new();
    private readonly EntryList<OutgoingRequest> _detached = new();
    private readonly Ring<uint> _work = new();
    private EntryPool<OutgoingRequest> _pool;

    private OutgoingRequest? _placing;

    public long WastedBytes { get; private set; }

    public void Add(in SessionCommand command, SessionChannel channel, TimeSpan now)
    {
        if (_table.Count >= SessionLimits.OutgoingRequests)
        {
            Decline(command, RejectReason.Busy);
            return;
        }

        var request = _pool.Get();
        request.Id = command.Request;
        request.Channel = channel;
        request.Block = command.Block;
        request.Lease = command.Lease;
        request.Deadline = now + RelativeDeadline.Clamp(command.Deadline);
        request.IsSubscription = command.Kind == SessionCommandKind.Subscribe;
        request.State = OutgoingState.Waiting;
        if (!_table.TryAdd(request.Id, request))
            throw new InvalidOperationException($"Request {request.Id} is still in use.");
        channel.Waiting.Add(request);
    }

    /// <summary>Answers a request that cannot be made.</summary>
    public void Decline(in SessionCommand command, RejectReason reason)
    {
        command.Lease!.Release();
        events.Enqueue(new SessionEvent
        {
            Kind = SessionEventKind.Rejected,
            Channel = command.Channel,
            Request = command.Request,
            Block = command.Block,
            Value = (uint)reason,
        });
    }

    public void Cancel(uint id, bool isWelcome, TimeSpan now)
    {
        if (!_table.TryGetValue(id, out var request) || request.IsCancelled) return;
        if (request.State == OutgoingState.Waiting)
        {
            Free(request);
            return;
        }

        (request.IsCancelled, request.IsWelcome) = (true, isWelcome);
        if (request.State != OutgoingState.Sent) return;
        Reserve(request, now);
        control.Add(new ControlItem(FrameType.Cancel, request.Channel!.Number)
        {
            Number = id,
            Count = 1,
        });
    }

    /// <summary>Writes what credit allows, runs as one frame.</summary>
    public static void Write(SessionChannel channel, TimeSpan now, TransmitBatch batch)
    {
        while (channel.Waiting.First is { } first && channel.Outstanding < channel.SendCredit)
        {
            var room = Math.Min(
                channel.SendCredit - channel.Outstanding, WireLimits.RequestsPerFrame);
            var count = 0;
            while (count < room
                && channel.Waiting.First is { } next
                && Continues(first, next, count))
            {
                next.State = OutgoingState.Sent;
                channel.Sent.Add(next);
                count++;
            }

            channel.Outstanding += count;
            var deadline = RelativeDeadline.ToWire(first.Deadline - now);
            new RequestFrame(first.Id, first.Block, (ushort)count, deadline).Write(
                batch,
                first.IsSubscription ? FrameType.Subscribe : FrameType.Request,
                channel.Number);
        }
    }

    /// <summary>Finds the place of a block whose header has come.</summary>
    public Violation Place(in DataHeader header, out Lease? slot)
    {
        slot = null;
        if (_placing is not null)
            throw new InvalidOperationException("The block before has not been received.");
        if (!_table.TryGetValue(header.Request, out var request)
            || request.State != OutgoingState.Sent) return Violation.Unsolicited;
        if (request.Channel?.Number != header.Channel || request.Block != header.Block)
            return Violation.WrongBlock;
        if (request.Lease!.Length != header.Length) return Violation.WrongLength;
        request.State = OutgoingState.Placing;
        request.IsLent = true;
        _placing = request;
        slot = request.Lease;
        return Violation.None;
    }

    /// <summary>The block whose place was given is there.</summary>
    public void Placed(uint id)
    {
        var request = _placing;
        if (request is null || request.Id != id)
            throw new InvalidOperationException("The block was given no place.");
        _placing = null;
        request.IsLent = false;
        if (request.Channel is { } channel) channel.Outstanding--;
        if (request.IsUnwanted)
        {
            Waste(request);
            return;
        }

        request.State = OutgoingState.Hashing;
        _work.Enqueue(request.Id);
    }

    public bool TryTakeWork(out HashWork work)
    {
        while (_work.Count > 0)
        {
            if (!_table.TryGetValue(_work.Dequeue(), out var request)
                || request.State != OutgoingState.Hashing
                || request.IsLent) continue;
            if (request.IsUnwanted)
            {
                Waste(request);
                continue;
            }

            request.IsLent = true;
            work = new HashWork(request.Id, request.Lease!);
            return true;
        }

        work = default;
        return false;
    }

    public void Complete(in Completion done)
    {
        if (!_table.TryGetValue(done.Token, out var request)
            || request.State != OutgoingState.Hashing
            || !request.IsLent) throw new InvalidOperationException("No such work was given out.");
        request.IsLent = false;
        if (request.IsUnwanted)
        {
            Waste(request);
            return;
        }

        events.Enqueue(new SessionEvent
        {
            Kind = SessionEventKind.BlockArrived,
            Channel = request.Channel!.Number,
            Request = request.Id,
            Block = request.Block,
            Lease = request.Lease,
            Digest = done.Digest,
        });
        request.Lease = null;
        Free(request);
    }

    public Violation Reject(in RejectFrame frame, SessionChannel channel)
    {
        for (var i = 0u; i < frame.Count; i++)
        {
            if (!_table.TryGetValue(unchecked(frame.First + i), out var request)
                || request.Channel != channel
                || request.State != OutgoingState.Sent) return Violation.Unsolicited;
            channel.Outstanding--;
            if (!request.IsCancelled)
                events.Enqueue(new SessionEvent
                {
                    Kind = SessionEventKind.Rejected,
                    Channel = channel.Number,
                    Request = request.Id,
                    Block = request.Block,
                    Value = (uint)frame.Reason,
                });
            Free(request);
        }

        return Violation.None;
    }

    /// <summary>We are closing the channel: nothing more is wanted, late blocks still have a place.</summary>
    public void CloseChannel(SessionChannel channel, TimeSpan now)
    {
        while (channel.Waiting.First is { } waiting) Free(waiting);
        for (var request = channel.Sent.First; request is not null;)
        {
            var next = request.Next;
            (request.IsCancelled, request.IsWelcome) = (true, false);
            if (request.State == OutgoingState.Sent) Reserve(request, now);
            request = next;
        }
    }

    /// <summary>Nothing more comes on the channel; only what is lent stays until it is back.</summary>
    public void EndChannel(SessionChannel channel)
    {
        End(channel.Waiting);
        End(channel.Sent);
        End(channel.Cancelled);
    }

    /// <summary>Nobody reads or hashes any more: what was lent is released too.</summary>
    public void TakeBackLent()
    {
        _placing = null;
        while (_detached.First is { } request) Free(request);
    }

    private static bool Continues(OutgoingRequest first, OutgoingRequest next, int count) =>
        next.Id == unchecked(first.Id + (uint)count)
        && next.Block == WireFormat.Next(first.Block, count)
        && next.Deadline == first.Deadline
        && next.IsSubscription == first.IsSubscription;

    private static void Reserve(OutgoingRequest request, TimeSpan now)
    {
        request.AnswerBy = now + SessionLimits.AnswerTimeout;
        request.Channel!.Cancelled.Add(request);
    }

    private void End(EntryList<OutgoingRequest> list)
    {
        while (list.First is { } request)
        {
            if (request.IsLent)
            {
                (request.IsCancelled, request.IsWelcome) = (true, false);
                request.Channel = null;
                _detached.Add(request);
            }
            else if (request.State == OutgoingState.Hashing)
            {
                Waste(request);
            }
            else
            {
                Free(request);
            }
        }
    }

    private void Waste(OutgoingRequest request)
    {
        WastedBytes += request.Lease!.Length;
        Free(request);
    }

    private void Free(OutgoingRequest request)
    {
        _table.Remove(request.Id);
        request.List!.Remove(request);
        request.Lease?.Release();
        _pool.Return(request);
    }
}
