using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <content>What the node's limits have to say.</content>
public sealed partial class LinkPump : IServeGate, ILimitedParty
{
    /// <summary>What acknowledges received bytes takes on the way up: 40 to 52 of every 1,448 or 2,896
    /// bytes; one part in so many is kept free for it.</summary>
    private const int AcknowledgedBytes = 32;

    private readonly LinkLimits? _limits;
    private readonly FairLink? _place;

    /// <summary>Under the gate: a block has been held back, and the link waits for its turn.</summary>
    private bool _awaitsTurn;

    /// <summary>Under the gate: the session has asked for a block since it was last told to
    /// transmit.</summary>
    private bool _hasAsked;

    /// <summary>Under the gate: bytes of blocks that have been let through since then.</summary>
    private long _passed;

    /// <summary>Under the gate: of the session's wasted bytes, those that the limit has been told
    /// of.</summary>
    private long _wasteTold;

    bool IServeGate.TryPass(
        StreamId stream, int bytes, int wanted, TimeSpan deadline, TimeSpan now)
    {
        _hasAsked = true;
        if (!_limits!.Upload.TryTake(_place!, stream, bytes, wanted, deadline))
        {
            _awaitsTurn = true;
            return false;
        }

        _passed += bytes;
        return true;
    }

    void ILimitedParty.OnTurn()
    {
        lock (_gate)
        {
            if (!_isOver) WakeWriter(Now(_time));
        }
    }

    /// <summary>Fills the batch, under the gate. Only an idle writer asks for blocks and waits for its
    /// turn: one that is writing, perhaps to a slow link, keeps nothing from others.</summary>
    private bool TryTransmit(TimeSpan now)
    {
        if (_limits is not { } limits) return _session.TryTransmit(now, _batch);
        var isLimiting = limits.Upload.IsLimiting;
        if (!isLimiting && !_awaitsTurn) return _session.TryTransmit(now, _batch);
        var hasWaited = _awaitsTurn;
        _awaitsTurn = _hasAsked = false;
        _passed = 0;
        var isAny = _session.TryTransmit(now, _batch, isLimiting ? this : null);
        if (isAny) _awaitsTurn = false;
        if ((hasWaited || _hasAsked) && !_awaitsTurn) limits.Upload.Withdraw(_place!);
        if (isAny) limits.Upload.Charge(_batch.TotalBytes - _passed);
        return isAny;
    }

    /// <summary>Control frames came, or a block whose bytes had been asked for.</summary>
    private void ChargeReceived(long control, long block)
    {
        if (_limits is not { } limits) return;
        limits.Download.Charge(control);

        // Acknowledgements that wait behind blocks of ours make the other end slower.
        if (limits.Upload.IsUrgent) limits.Upload.Charge((control + block) / AcknowledgedBytes);
    }

    /// <summary>Under the gate: blocks that came after their cancel were given back when they were
    /// cancelled.</summary>
    private void ChargeWaste()
    {
        if (_limits is null || _session.WastedBytes == _wasteTold) return;
        _limits.Download.Charge(_session.WastedBytes - _wasteTold);
        _wasteTold = _session.WastedBytes;
    }
}
