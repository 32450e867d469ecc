using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <content>Requests, stalls, the policy's own clock, and the origin as the last resort.</content>
internal abstract partial class PolicyPicker
{
    private readonly Dictionary<uint, PolicyRequest> _requests = [];
    private TimeSpan _checkStallsAt = TimeSpan.MaxValue;
    private TimeSpan _nextPass = TimeSpan.MinValue;
    private uint _lastTicket;

    /// <inheritdoc/>
    public TimeSpan? NextWakeUp
    {
        get
        {
            TimeSpan next = _checkStallsAt;
            foreach (PolicySource source in Sources)
                if (source.RestsUntil > Now && source.RestsUntil < next) next = source.RestsUntil;
            if (IsAnythingOpen && _nextPass < next) next = _nextPass < Now ? Now : _nextPass;
            return next == TimeSpan.MaxValue ? null : next;
        }
    }

    /// <summary>Time without a byte after which a source has stalled.</summary>
    protected abstract TimeSpan Patience { get; }

    /// <summary>Until the next <see cref="Pass"/>; an origin is looked at that often too.</summary>
    protected virtual TimeSpan PassInterval => TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Does the policy leave the origin to these books? It is then asked for what this node was
    /// elected to fetch, and for any open block shortly before its deadline.
    /// </summary>
    protected virtual bool LeavesOrigin => true;

    /// <inheritdoc/>
    public void Tick(TimeSpan now)
    {
        MoveTo(now);
        if (Now >= _checkStallsAt) DeclareStalls();
        // With nothing to ask for there is nothing to wait between.
        if (Now < _nextPass || !IsAnythingOpen) return;
        Pass();
        _nextPass = Now + PassInterval;
    }

    /// <inheritdoc/>
    public bool TryPick(TimeSpan now, out Pick pick)
    {
        Tick(now);
        pick = default;
        if (_requests.Count >= Options.OutstandingLimit || !Sources.Any(HasRoom)) return false;
        if ((Choose() ?? (LeavesOrigin ? AskOrigin() : null)) is not { } choice) return false;
        (PolicySlot slot, PolicySource source) = choice;
        bool isSecond = slot.Requests.Count > 0;
        var request = new PolicyRequest(++_lastTicket, slot, source, Now);
        _requests.Add(request.Ticket, request);
        slot.Requests.Add(request);
        source.Requests.Add(request);
        if (Now + Patience < _checkStallsAt) _checkStallsAt = Now + Patience;
        pick = new Pick(
            request.Ticket, source.Index, slot.Lane.Index, slot.Position, slot.Deadline, isSecond);
        return true;
    }

    /// <inheritdoc/>
    public bool Delivered(uint ticket, int bytes, TimeSpan now)
    {
        MoveTo(now);
        if (!_requests.TryGetValue(ticket, out PolicyRequest? request)) return false;
        request.Source.Delivered(bytes, request.SentAt, Now);
        request.Slot.IsHeld = true;
        End(request);
        CancelAll(request.Slot, CancellationReason.Superseded);
        Arrived(request);
        return true;
    }

    /// <inheritdoc/>
    public bool Failed(uint ticket, FailureReason reason, TimeSpan now)
    {
        MoveTo(now);
        if (!_requests.TryGetValue(ticket, out PolicyRequest? request)) return false;
        End(request);
        if (reason == FailureReason.Busy) request.Source.Refused(Now);
        else request.Slot.SetAt(request.Source, available: false);
        return true;
    }

    /// <inheritdoc/>
    public bool TryTakeCancelled(out Cancellation cancelled) =>
        _cancelled.TryDequeue(out cancelled);

    /// <summary>The next request of this policy, or null.</summary>
    protected abstract PolicyChoice? Choose();

    /// <summary>What the policy does from time to time.</summary>
    protected virtual void Pass()
    {
    }

    /// <summary>Tells the policy that a block has come.</summary>
    protected virtual void Arrived(PolicyRequest request)
    {
    }

    /// <summary>
    /// Requests a source may have in flight: what its rate and its round trip are worth. The same
    /// as this project's own picker, so that a policy that says nothing of it differs in order only.
    /// </summary>
    protected virtual int Window(PolicySource source)
    {
        double seconds = source.RoundTrip.TotalSeconds + (double)Options.BlockBytes / source.Rate
            + Options.WindowHeadroom.TotalSeconds;
        int window = (int)Math.Min(
            SchedulerLimits.Window, Math.Ceiling(source.Rate * seconds / Options.BlockBytes));
        return source.HasDelivered
            ? Math.Max(Options.MinimumWindow, window)
            : Options.InitialWindow;
    }

    protected bool HasRoom(PolicySource source) => source.Requests.Count < WindowNow(source);

    /// <summary>
    /// The peer with room that has a block and would deliver it first; who stalled comes last.
    /// </summary>
    protected PolicySource? SoonestPeer(PolicySlot slot) => slot.Peers
        .Where(HasRoom)
        .MinBy(peer => (peer.IsSnubbed, peer.Expected(Options.BlockBytes)));

    /// <summary>Takes a request back; its block is open again.</summary>
    protected void Cancel(PolicyRequest request, CancellationReason reason)
    {
        End(request);
        _cancelled.Enqueue(new Cancellation(request.Ticket, request.Source.Index, reason));
    }

    private bool IsAnythingOpen => Array.Exists(Wanted, slot => slot.IsOpen);

    private int WindowNow(PolicySource source)
    {
        if (source.RestsUntil > Now) return 0;
        return Math.Min(source.IsSnubbed ? 1 : Window(source), source.Limit);
    }

    private PolicyChoice? AskOrigin()
    {
        foreach (PolicySource origin in Sources.Where(s => s.IsOrigin && HasRoom(s)))
        {
            TimeSpan lead = TimeSpan.FromSeconds(origin.Expected(Options.BlockBytes))
                + Options.OriginGuard;
            foreach (PolicySlot slot in Wanted)
            {
                if (!slot.IsOpen || !slot.Origins.Contains(origin)) continue;
                bool isElected = slot.Peers.Count == 0 && slot.Elected.Contains(origin);
                if (isElected || slot.Deadline - Now <= lead) return new(slot, origin);
            }
        }
        return null;
    }

    private void DeclareStalls()
    {
        _checkStallsAt = TimeSpan.MaxValue;
        foreach (PolicyRequest request in _requests.Values.OrderBy(r => r.Ticket).ToArray())
        {
            TimeSpan last = request.Source.LastDelivery > request.SentAt
                ? request.Source.LastDelivery
                : request.SentAt;
            if (last + Patience > Now)
            {
                if (last + Patience < _checkStallsAt) _checkStallsAt = last + Patience;
                continue;
            }
            request.Source.Stalled();
            Cancel(request, CancellationReason.Stalled);
        }
    }

    private void CancelAll(PolicySlot slot, CancellationReason reason)
    {
        foreach (PolicyRequest request in slot.Requests.ToArray()) Cancel(request, reason);
    }

    private void End(PolicyRequest request)
    {
        _requests.Remove(request.Ticket);
        request.Slot.Requests.Remove(request);
        request.Source.Requests.Remove(request);
    }
}
