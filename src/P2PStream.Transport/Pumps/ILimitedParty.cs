namespace P2PStream.Transport;

/// <summary>Waits at a <see cref="LinkLimiter"/>.</summary>
public interface ILimitedParty
{
    /// <summary>Its turn has come: it asks again, and takes or withdraws. Called from a thread of the
    /// pool, without a lock; must not throw.</summary>
    void OnTurn();
}
