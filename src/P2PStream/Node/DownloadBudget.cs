using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>A stream's part of what its node may download; streams share alike.</summary>
internal sealed class DownloadBudget : IDownloadBudget, ILimitedParty
{
    /// <summary>Blocks asked for at a time: fewer wake-ups at high rates.</summary>
    private const int Ahead = 4;

    private readonly LinkLimiter _limiter;
    private readonly StreamId _stream;
    private readonly FairLink _place;
    private Action? _wake;

    public DownloadBudget(LinkLimiter limiter, StreamId stream)
    {
        _limiter = limiter;
        _stream = stream;
        _place = limiter.Add(this, neighbourhood: 0);
    }

    /// <summary>Sets what is called when blocks may be asked for.</summary>
    public void Attach(Action wake) => Volatile.Write(ref _wake, wake);

    /// <summary>The stream has ended and asks for nothing more.</summary>
    public void Close() => _limiter.Remove(_place);

    public bool TryTake() => !_limiter.IsLimiting || _limiter.TryTake(
        _place, _stream, FairLimiter.Quantum, Ahead * FairLimiter.Quantum, TimeSpan.Zero);

    public void Rest()
    {
        if (_limiter.IsLimiting) _limiter.Withdraw(_place);
    }

    public void GiveBack(int bytes) => _limiter.GiveBack(_stream, bytes);

    public void Charge(int bytes) => _limiter.Charge(bytes);

    public void OnTurn() => Volatile.Read(ref _wake)?.Invoke();
}
