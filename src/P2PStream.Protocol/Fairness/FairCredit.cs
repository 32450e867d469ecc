namespace P2PStream.Protocol;

/// <summary>One party's right to be served in a round: a quantum each round in which it asks, and what
/// it took beyond it is taken from the next.</summary>
internal struct FairCredit
{
    private long _round;
    private int _bytes;

    /// <summary>True while it has something left in this round.</summary>
    /// <param name="round">The round's number, from 1 on.</param>
    public bool IsLeft(long round)
    {
        // Who comes late, or back, gets the round's quantum too; what it saved up is void.
        if (_round != round)
        {
            _round = round;
            _bytes = Math.Min(_bytes, 0) + FairLimiter.Quantum;
        }

        return _bytes > 0;
    }

    public void Take(int bytes) => _bytes -= bytes;
}
