// Threads are banned where things are decided. Here nothing is: they only do at once what shards do each by itself.
#pragma warning disable RS0030
using System.Runtime.ExceptionServices;

namespace P2PStream.Simulation;

/// <summary>
/// Threads that do parts of one thing at once, and then wait for each other: the only ones in this package. What a
/// part touches no other part touches while it runs, so that nothing depends on who is faster.
/// </summary>
internal sealed class Workers : IDisposable
{
    private readonly Action<int> _part;
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private Exception? _failure;
    private bool _isOver;

    /// <param name="count">Parts, the first of which is the caller's.</param>
    /// <param name="part">Does one, by its number.</param>
    public Workers(int count, Action<int> part)
    {
        _part = part;
        _barrier = new Barrier(count);
        _threads = new Thread[count - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var number = i + 1;
            _threads[i] = new Thread(() => Work(number)) { IsBackground = true, Name = $"simulation {number}" };
            _threads[i].Start();
        }
    }

    /// <summary>Does all parts.</summary>
    public void Run()
    {
        _barrier.SignalAndWait();
        Do(0);
        _barrier.SignalAndWait();
        if (Interlocked.Exchange(ref _failure, null) is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        _isOver = true;
        _barrier.SignalAndWait();
        foreach (var thread in _threads) thread.Join();
        _barrier.Dispose();
    }

    private void Work(int number)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_isOver) return;
            Do(number);
            _barrier.SignalAndWait();
        }
    }

    private void Do(int number)
    {
        try
        {
            _part(number);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }
}
