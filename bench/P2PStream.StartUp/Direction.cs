using System.Diagnostics;

namespace P2PStream.StartUp;

/// <summary>
/// One direction of a path: a rate that all flows share, a delay, and a queue that drops what would
/// wait too long, as a router's does.
/// </summary>
internal sealed class Direction(Tunnel from, Tunnel to)
{
    private const int LargestPacket = 65_536;

    private readonly Queue<(TimeSpan Due, byte[] Packet)> _queue = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _free;

    public void Start()
    {
        new Thread(ReadAll) { IsBackground = true, Priority = ThreadPriority.Highest }.Start();
        new Thread(WriteAll) { IsBackground = true, Priority = ThreadPriority.Highest }.Start();
    }

    private void ReadAll()
    {
        var buffer = new byte[LargestPacket];
        for (int length; (length = from.Read(buffer)) > 0;)
        {
            var now = _clock.Elapsed;
            var start = _free > now ? _free : now;
            if (start - now > ShapedPath.LongestQueue) continue;
            _free = start + TimeSpan.FromSeconds(length * 8.0 / ShapedPath.BitsPerSecond);
            lock (_queue)
            {
                _queue.Enqueue((_free + ShapedPath.Delay, buffer.AsSpan(0, length).ToArray()));
                Monitor.Pulse(_queue);
            }
        }
    }

    private void WriteAll()
    {
        while (true)
        {
            (TimeSpan Due, byte[] Packet) next;
            lock (_queue)
            {
                while (!_queue.TryDequeue(out next)) Monitor.Wait(_queue);
            }

            // A millisecond's sleep is as fine as it gets: what is due within half of one goes now.
            while (next.Due - _clock.Elapsed > TimeSpan.FromMilliseconds(0.5)) Thread.Sleep(1);
            to.Write(next.Packet, next.Packet.Length);
        }
    }
}
