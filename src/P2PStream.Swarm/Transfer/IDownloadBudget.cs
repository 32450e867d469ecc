namespace P2PStream.Swarm;

/// <summary>Says how much may be asked for: the place of a download limit. Asking for less keeps
/// latency low; bytes left in a socket would not.</summary>
public interface IDownloadBudget
{
    /// <summary>Takes a whole block's frame. After a no <see cref="StreamSwarm.Advance"/> is to be called
    /// when there would be a yes.</summary>
    bool TryTake();

    /// <summary>Nothing more is to be asked for now: whoever waits no longer holds anything.</summary>
    void Rest();

    /// <summary>Gives back bytes that will not come, as far as is known.</summary>
    void GiveBack(int bytes);

    /// <summary>Counts bytes that came although they had been given back.</summary>
    void Charge(int bytes);
}
