using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>
/// A single downloader's problem: blocks with deadlines (in block times) and holders.
/// </summary>
internal sealed record SingleDownload(int[] Due, bool[][] Holds)
{
    /// <summary>One block time of every peer: the rate is 16 KiB a second.</summary>
    private static readonly TimeSpan Unit = Seconds(1);

    private int Peers => Holds[0].Length;

    /// <summary>A random instance where blocks / (peers · time) is about the load.</summary>
    internal static SingleDownload Make(Random random, double load, int peers = 0)
    {
        if (peers == 0) peers = random.Next(2, 7);
        int time = random.Next(4, 13);
        int blocks = Math.Max(1, (int)Math.Round(load * peers * time));
        int[] due = new int[blocks];
        bool[][] holds = new bool[blocks][];
        double density = 0.2 + 0.6 * random.NextDouble();
        for (int b = 0; b < blocks; b++)
        {
            due[b] = random.Next(1, time + 1);
            holds[b] = new bool[peers];
            for (int p = 0; p < peers; p++) holds[b][p] = random.NextDouble() < density;
            holds[b][random.Next(peers)] = true;
        }
        Array.Sort(due);
        return new SingleDownload(due, holds);
    }

    /// <summary>
    /// The most blocks that can arrive in time: a matching of blocks with (peer, second).
    /// </summary>
    internal int Optimum()
    {
        int horizon = Due.Max();
        int[][] edges = new int[Due.Length][];
        for (int b = 0; b < Due.Length; b++)
        {
            int block = b;
            edges[b] = [.. Enumerable.Range(0, Peers)
                .Where(p => Holds[block][p])
                .SelectMany(p => Enumerable.Range(0, Due[block]).Select(t => p * horizon + t))];
        }
        return new BipartiteMatching(edges, Peers * horizon).Size();
    }

    /// <summary>
    /// How many arrive in time when a scheduler decides without knowing the future.
    /// </summary>
    internal int Schedule(DeadlineScheduler scheduler)
    {
        int lane = scheduler.OpenLane(new LaneOptions(Math.Max(64, Due.Length)));
        for (int b = 0; b < Due.Length; b++) scheduler.Append(lane, 1, Start + Unit * Due[b]);
        for (int p = 0; p < Peers; p++)
        {
            int source = scheduler.AddSource(Peer(Block, 0, 1, (ulong)p), Start);
            for (int b = 0; b < Due.Length; b++)
                if (Holds[b][p]) scheduler.Advertise(source, lane, b, 1, true, Start);
        }
        int onTime = 0;
        for (int t = 0; t < Due.Max(); t++)
        {
            TimeSpan now = Start + Unit * t;
            // What cannot arrive in time any more is given up, as the optimum gives it up.
            for (int b = 0; b < Due.Length; b++)
                if (Due[b] <= t) scheduler.SetHeld(lane, b, true, now);
            while (scheduler.TryTakeCancelled(out _)) { }
            List<Pick> picks = scheduler.PickAll(now);
            foreach (Pick pick in picks)
            {
                Assert.True(scheduler.Delivered(pick.Ticket, Block, now + Unit));
                if (now + Unit <= pick.Deadline) onTime++;
            }
        }
        return onTime;
    }
}
