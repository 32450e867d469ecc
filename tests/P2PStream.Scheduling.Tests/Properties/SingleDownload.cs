using Google.OrTools.Graph;
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
    /// The least sum of seconds that blocks are late when all are delivered: a flow of least cost
    /// from blocks to (peer, second).
    /// </summary>
    internal int LeastLateness()
    {
        int horizon = Due.Max() + Due.Length;
        var flow = new MinCostFlow();
        int firstTime = Due.Length, sink = Due.Length + Peers * horizon;
        for (int b = 0; b < Due.Length; b++)
        {
            flow.SetNodeSupply(b, 1);
            for (int p = 0; p < Peers; p++)
            {
                if (!Holds[b][p]) continue;
                for (int t = 0; t < horizon; t++)
                {
                    int late = Math.Max(0, t + 1 - Due[b]);
                    flow.AddArcWithCapacityAndUnitCost(b, firstTime + p * horizon + t, 1, late);
                }
            }
        }
        for (int slot = 0; slot < Peers * horizon; slot++)
            flow.AddArcWithCapacityAndUnitCost(firstTime + slot, sink, 1, 0);
        flow.SetNodeSupply(sink, -Due.Length);
        Assert.Equal(MinCostFlow.Status.OPTIMAL, flow.Solve());
        return (int)flow.OptimalCost();
    }

    /// <summary>
    /// How many arrive in time when a scheduler decides without knowing the future.
    /// </summary>
    internal int Schedule(DeadlineScheduler scheduler)
    {
        int onTime = 0;
        // What cannot arrive in time any more is given up, as the optimum gives it up.
        Run(scheduler, Due.Max(), givesUp: true, (due, at) => onTime += at <= due ? 1 : 0);
        return onTime;
    }

    /// <summary>The sum of seconds that blocks are late when all are delivered.</summary>
    internal int Lateness(DeadlineScheduler scheduler)
    {
        int lateness = 0, delivered = 0;
        Run(scheduler, Due.Max() + Due.Length, givesUp: false, (due, at) =>
        {
            delivered++;
            lateness += Math.Max(0, at - due);
        });
        Assert.Equal(Due.Length, delivered);
        return lateness;
    }

    private void Run(
        DeadlineScheduler scheduler, int horizon, bool givesUp, Action<int, int> delivered)
    {
        int lane = scheduler.OpenLane(new LaneOptions(Math.Max(64, Due.Length)));
        for (int b = 0; b < Due.Length; b++) scheduler.Append(lane, 1, Start + Unit * Due[b]);
        for (int p = 0; p < Peers; p++)
        {
            int source = scheduler.AddSource(Peer(Block, 0, 1, (ulong)p), Start);
            for (int b = 0; b < Due.Length; b++)
                if (Holds[b][p]) scheduler.Advertise(source, lane, b, 1, true, Start);
        }
        for (int t = 0; t < horizon; t++)
        {
            TimeSpan now = Start + Unit * t;
            for (int b = 0; givesUp && b < Due.Length; b++)
                if (Due[b] <= t) scheduler.SetHeld(lane, b, true, now);
            while (scheduler.TryTakeCancelled(out _)) { }
            foreach (Pick pick in scheduler.PickAll(now))
            {
                Assert.True(scheduler.Delivered(pick.Ticket, Block, now + Unit));
                delivered(Due[pick.Position], t + 1);
            }
        }
    }
}
