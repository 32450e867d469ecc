using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A node's limit in virtual time: a real <see cref="FairLimiter"/>, woken on the tick.</summary>
internal sealed class VirtualLimit : IDownloadBudget
{
    private readonly VirtualClock _clock;
    private FairLink? _requests;
    private TimeSpan? _wakeAt;

    public VirtualLimit(VirtualClock clock, long rate)
    {
        _clock = clock;
        Limiter.SetRate(rate, clock.Now);
    }

    public FairLimiter Limiter { get; } = new();

    /// <summary>Bytes that have been let through and not been given back.</summary>
    public long Taken { get; private set; }

    public FairLink Add(Action onTurn) => Limiter.Add(onTurn, 0);

    /// <summary>Makes it a download budget.</summary>
    public void Attach(Action onTurn) => _requests = Add(onTurn);

    public bool TryTake()
    {
        var taken = TryTake(
            _requests!, default, FairLimiter.Quantum, 4 * FairLimiter.Quantum, TimeSpan.Zero);
        return taken;
    }

    public bool TryTake(FairLink link, StreamId stream, int bytes, int wanted, TimeSpan deadline)
    {
        var taken = Limiter.TryTake(link, stream, bytes, wanted, deadline, _clock.Now);
        if (taken) Taken += bytes;
        Arm();
        return taken;
    }

    public void Rest() => Withdraw(_requests!);

    public void Withdraw(FairLink link)
    {
        Limiter.Withdraw(link, _clock.Now);
        Arm();
    }

    public void GiveBack(int bytes)
    {
        Taken -= bytes;
        Limiter.GiveBack(default, bytes, _clock.Now);
        Arm();
    }

    public void Charge(int bytes) => Limiter.Charge(bytes, _clock.Now);

    private void Arm()
    {
        while (Limiter.TryTakeReady(out var ready))
            _clock.After(TimeSpan.Zero, (Action)ready!.Owner);
        if (Limiter.NextWakeUp is not { } wake || _wakeAt <= wake) return;
        _wakeAt = wake;
        _clock.At(wake, () =>
        {
            if (_wakeAt != wake) return;
            _wakeAt = null;
            Limiter.Tick(_clock.Now);
            Arm();
        });
    }
}
