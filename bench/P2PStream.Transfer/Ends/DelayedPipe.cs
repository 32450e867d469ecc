using System.Diagnostics;
using System.Net.Sockets;

namespace P2PStream.Transfer;

/// <summary>One direction of a relayed connection, on two threads of its own: timers of the thread
/// pool are late by more than a millisecond.</summary>
internal sealed class DelayedPipe(Socket from, Socket to, TimeSpan delay, Action<int> carried)
{
    private const int ReadBytes = 256 * 1024;

    /// <summary>What is on the way at most: 2.5 GB/s at 25 ms, more than the ends can.</summary>
    private const long MostUnderWay = 64L << 20;

    private readonly Queue<(long Due, byte[] Bytes)> _queue = [];
    private long _underWay;

    /// <param name="after">Begins to read so much later.</param>
    public void Start(TimeSpan after)
    {
        var first = Stopwatch.GetTimestamp() + (long)(after.TotalSeconds * Stopwatch.Frequency);
        new Thread(() => Guard(() => Read(first))) { IsBackground = true }.Start();
        new Thread(() => Guard(Write)) { IsBackground = true }.Start();
    }

    private static void SleepUntil(long due)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        // A sleep is told in whole milliseconds: to the nearest one.
        if (left > TimeSpan.Zero) Thread.Sleep((int)Math.Round(left.TotalMilliseconds));
    }

    private void Read(long first)
    {
        SleepUntil(first);
        var ticks = (long)(delay.TotalSeconds * Stopwatch.Frequency);
        var buffer = new byte[ReadBytes];
        for (int length; (length = from.Receive(buffer)) > 0;)
        {
            carried(length);
            Put(buffer.AsSpan(0, length).ToArray(), Stopwatch.GetTimestamp() + ticks);
        }

        Put([], Stopwatch.GetTimestamp() + ticks);
    }

    private void Put(byte[] bytes, long due)
    {
        lock (_queue)
        {
            while (_underWay > MostUnderWay) Monitor.Wait(_queue);
            _underWay += bytes.Length;
            _queue.Enqueue((due, bytes));
            Monitor.PulseAll(_queue);
        }
    }

    private void Write()
    {
        while (true)
        {
            (long Due, byte[] Bytes) next;
            lock (_queue)
            {
                while (!_queue.TryDequeue(out next)) Monitor.Wait(_queue);
                _underWay -= next.Bytes.Length;
                Monitor.PulseAll(_queue);
            }

            SleepUntil(next.Due);
            if (next.Bytes.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            to.Send(next.Bytes);
        }
    }

    /// <summary>A connection that an end closed is the end of the pipe, both ways.</summary>
    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
