using Google.OrTools.Sat;
using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>
/// A seed and a few viewers that want the same blocks: everybody uploads one block a second and
/// serves the earliest deadline first, and a block can be passed on once it has arrived.
/// </summary>
internal sealed record SmallSwarm(int Viewers, int[] Due)
{
    private const int Seed = 0, SegmentBlocks = 4;

    private static readonly TimeSpan Unit = Seconds(1);

    private int Horizon => Due.Max();

    internal int Wanted => Viewers * Due.Length;

    /// <summary>
    /// Two or three segments of four blocks; a segment of four lasts four to six seconds, and the
    /// players start two to four seconds after they joined.
    /// </summary>
    internal static SmallSwarm Make(Random random)
    {
        int segments = random.Next(2, 4), length = random.Next(4, 7), start = random.Next(2, 5);
        int[] due = new int[segments * SegmentBlocks];
        for (int b = 0; b < due.Length; b++) due[b] = start + (b / SegmentBlocks + 1) * length;
        return new SmallSwarm(random.Next(2, 5), due);
    }

    /// <summary>The most (viewer, block) pairs in time of any plan; -1 when time ran out.</summary>
    internal int Optimum()
    {
        var model = new CpModel();
        int nodes = Viewers + 1, blocks = Due.Length;
        var has = new BoolVar[nodes, blocks, Horizon + 1];
        foreach (var (n, b, t) in All(nodes, Horizon + 1))
            has[n, b, t] = model.NewBoolVar("");
        var sent = new Dictionary<(int From, int To, int Block, int Time), BoolVar>();
        foreach (var (b, to, t) in All3(blocks, Viewers, Horizon))
            for (int from = 0; from < nodes; from++)
                if (from != to + 1) sent[(from, to + 1, b, t)] = model.NewBoolVar("");
        foreach (var (n, b, t) in All(nodes, 1))
            model.Add(has[n, b, t] == (n == Seed ? 1 : 0));
        foreach (var ((from, to, b, t), one) in sent) model.AddImplication(one, has[from, b, t]);
        for (int from = 0; from < nodes; from++)
        {
            for (int t = 0; t < Horizon; t++)
            {
                model.AddAtMostOne(sent.Where(s => s.Key.From == from && s.Key.Time == t)
                    .Select(s => (ILiteral)s.Value));
            }
        }
        foreach (var (n, b, t) in All(nodes, Horizon))
        {
            LinearExpr arrived = LinearExpr.Sum(
                Enumerable.Range(0, nodes).Where(from => from != n && n != Seed)
                    .Select(from => sent[(from, n, b, t)]));
            model.Add(has[n, b, t + 1] <= has[n, b, t] + arrived);
        }
        model.Maximize(LinearExpr.Sum(
            All(nodes, 1).Where(x => x.Node != Seed).Select(x => has[x.Node, x.Block, Due[x.Block]])));
        // One worker and a limit that counts work, not time: the same answer on every machine.
        var solver = new CpSolver
        {
            StringParameters = "num_workers:1 random_seed:1 max_deterministic_time:20",
        };
        return solver.Solve(model) == CpSolverStatus.Optimal ? (int)solver.ObjectiveValue : -1;
    }

    /// <summary>
    /// How many are in time when every viewer decides alone, from what the others say they have.
    /// </summary>
    internal int Schedule(Func<int, IBlockPicker> create)
    {
        var viewers = new Viewer[Viewers];
        for (int v = 0; v < Viewers; v++) viewers[v] = new Viewer(create(v), v, this);
        int onTime = 0;
        for (int t = 0; t < Horizon; t++)
        {
            TimeSpan now = Start + Unit * t;
            foreach (Viewer viewer in viewers) viewer.Ask(now);
            var arrivals = new List<(Viewer To, Pick Pick)>();
            for (int node = 0; node <= Viewers; node++)
            {
                int from = node;
                var next = viewers.SelectMany(v => v.WaitingAt(from).Select(p => (To: v, Pick: p)))
                    .OrderBy(x => x.Pick.Deadline).ThenBy(x => (x.To.Number + from) % Viewers)
                    .ThenBy(x => x.Pick.Ticket);
                arrivals.AddRange(next.Take(1));
            }
            foreach (var (to, pick) in arrivals)
            {
                if (!to.Receive(pick, now + Unit)) continue;
                if (now + Unit <= pick.Deadline) onTime++;
                foreach (Viewer other in viewers.Where(v => v != to))
                    other.Hear(to.Number, pick.Position, now + Unit);
            }
        }
        return onTime;
    }

    private IEnumerable<(int Node, int Block, int Time)> All(int nodes, int times) =>
        All3(nodes, Due.Length, times);

    private static IEnumerable<(int, int, int)> All3(int a, int b, int c) =>
        from x in Enumerable.Range(0, a)
        from y in Enumerable.Range(0, b)
        from z in Enumerable.Range(0, c)
        select (x, y, z);

    /// <summary>One viewer: its picker, and its requests by the node that owes them.</summary>
    private sealed class Viewer
    {
        private readonly IBlockPicker _picker;
        private readonly int _lane;
        private readonly Dictionary<int, int> _nodeOf = [];
        private readonly Dictionary<int, int> _sourceOf = [];
        private readonly Dictionary<uint, Pick> _waiting = [];

        internal Viewer(IBlockPicker picker, int number, SmallSwarm swarm)
        {
            (_picker, Number) = (picker, number);
            _lane = picker.OpenLane(new LaneOptions(64));
            for (int b = 0; b < swarm.Due.Length; b += SegmentBlocks)
                picker.Append(_lane, SegmentBlocks, Start + Unit * swarm.Due[b]);
            for (int node = 0; node <= swarm.Viewers; node++)
            {
                if (node == number + 1) continue;
                int source = picker.AddSource(
                    Peer(Block, 0, 1, (ulong)(number * 31 + node)), Start);
                (_nodeOf[source], _sourceOf[node]) = (node, source);
            }
            picker.Advertise(_sourceOf[Seed], _lane, 0, swarm.Due.Length, true, Start);
        }

        internal int Number { get; }

        internal void Ask(TimeSpan now)
        {
            _picker.Tick(now);
            while (true)
            {
                while (_picker.TryTakeCancelled(out Cancellation gone))
                    _waiting.Remove(gone.Ticket);
                if (!_picker.TryPick(now, out Pick pick)) return;
                _waiting.Add(pick.Ticket, pick);
            }
        }

        internal IEnumerable<Pick> WaitingAt(int node) =>
            _waiting.Values.Where(pick => _nodeOf[pick.Source] == node);

        internal bool Receive(Pick pick, TimeSpan now)
        {
            _waiting.Remove(pick.Ticket);
            return _picker.Delivered(pick.Ticket, Block, now);
        }

        internal void Hear(int viewer, long position, TimeSpan now) =>
            _picker.Advertise(_sourceOf[viewer + 1], _lane, position, 1, true, now);
    }
}
