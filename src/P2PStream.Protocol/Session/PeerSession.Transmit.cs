namespace P2PStream.Protocol;

/// <content>What goes out.</content>
public sealed partial class PeerSession
{
    /// <summary>Adds what is ready to be sent: control frames first, then blocks, earliest deadline
    /// first, at most <see cref="SessionLimits.BatchPayloadBytes"/> of payload a call.</summary>
    /// <param name="now">The present.</param>
    /// <param name="batch">What it is added to.</param>
    /// <param name="gate">Is asked for every block, and never for a control frame: those go at once; null:
    /// blocks go at once, too. When it has said no, call again once it would say yes.</param>
    /// <returns>True if anything was added: write the batch, then say <see cref="Transmitted"/>.</returns>
    public bool TryTransmit(TimeSpan now, TransmitBatch batch, IServeGate? gate = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (HasEnded && _goodbye is null) return false;
        var before = batch.TotalBytes;
        if (!_helloSent) WriteHello(batch);
        if (_goodbye is { } reason)
        {
            _goodbye = null;
            new GoodbyeFrame(reason).Write(batch);
            return true;
        }

        if (_isPingQueued) WritePing(now, batch);
        _control.Write(batch);
        if (_control.Count == 0)
        {
            // Only now: a request must not overtake the frame that opens its channel.
            foreach (var channel in _channels.All) OutgoingRequests.Write(channel, now, batch);
            _incoming.Write(now, batch, gate);
        }

        if (batch.TotalBytes == before) return false;
        _writingSince ??= now;
        return true;
    }

    /// <summary>The last batch has been written to the link.</summary>
    public void Transmitted(TimeSpan now)
    {
        _writingSince = null;
        if (!HasEnded) _incoming.Transmitted();
    }

    private void WriteHello(TransmitBatch batch)
    {
        _helloSent = true;
        var hello = new HelloFrame(
            _options.MinimumVersion,
            _options.MaximumVersion,
            _options.Capabilities,
            _options.ListenPort,
            _options.Nonce);
        hello.Write(batch);
        _isPingQueued = true;
    }
}
