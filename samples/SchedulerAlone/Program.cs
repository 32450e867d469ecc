// The scheduler without the rest of P2PStream: somebody else's swarm, in virtual time.
// Three peers and an origin that costs money; a viewer wants 20 segments of 2 s, 16 blocks each.
using P2PStream.Scheduling;

const int Segments = 20, BlocksPerSegment = 16, BlockBytes = 16_384;
TimeSpan startUp = TimeSpan.FromSeconds(3), segmentTime = TimeSpan.FromSeconds(2);

var picker = new DeadlineScheduler(new SchedulerOptions { Seed = 1 });
int lane = picker.OpenLane(new LaneOptions(Capacity: 512));
for (int segment = 0; segment < Segments; segment++)
    picker.Append(lane, BlocksPerSegment, startUp + segment * segmentTime);

var sources = new List<ToySource>();
Join("near", price: 0, rate: 200_000, roundTripMs: 20, first: 0, count: 160);
Join("far", price: 0, rate: 120_000, roundTripMs: 250, first: 64, count: 256);
Join("silent", price: 0, rate: 0, roundTripMs: 50, first: 0, count: 320);
Join("origin", price: 1, rate: 500_000, roundTripMs: 80, first: 0, count: 320);

TimeSpan now = TimeSpan.Zero, end = startUp + Segments * segmentTime;
var answers = new PriorityQueue<Pick, TimeSpan>();
var arrived = new Dictionary<long, TimeSpan>();
int hedges = 0, stalled = 0;
while (now < end)
{
    // After every event: take what must be cancelled, then everything that can be asked now.
    while (picker.TryTakeCancelled(out Cancellation cancelled))
    {
        if (cancelled.Reason != CancellationReason.Stalled) continue;
        if (stalled++ == 0) Say($"{sources[cancelled.Source].Name} has stalled");
    }
    while (picker.TryPick(now, out Pick pick))
    {
        ToySource source = sources[pick.Source];
        if (pick.IsHedge) hedges++;
        if (source.Asked++ == 0) Say($"first block asked of {source.Name}: {pick.Position}");
        if (source.Rate == 0) continue;
        TimeSpan begins = now + source.RoundTrip;
        if (begins < source.FreeAt) begins = source.FreeAt;
        source.FreeAt = begins + TimeSpan.FromSeconds(BlockBytes / source.Rate);
        answers.Enqueue(pick, source.FreeAt);
    }

    // Virtual time jumps to whatever happens first: an answer, or what the picker waits for.
    TimeSpan wake = picker.NextWakeUp ?? end;
    if (answers.TryPeek(out Pick answer, out TimeSpan at) && at <= wake)
    {
        answers.Dequeue();
        now = at;
        if (!picker.Delivered(answer.Ticket, BlockBytes, now)) continue;
        sources[answer.Source].Delivered++;
        arrived[answer.Position] = now;
        if (arrived.Count % 80 == 0) Say($"{arrived.Count} blocks have arrived");
    }
    else
    {
        now = wake;
        picker.Tick(now);
    }
}

foreach (ToySource source in sources)
{
    SourceEstimate estimate = picker.Estimate(sources.IndexOf(source));
    Console.WriteLine(
        $"{source.Name,-7} asked {source.Asked,3}, delivered {source.Delivered,3}; "
        + $"believed {estimate.Rate / 1000,5:F0} kB/s, "
        + $"{estimate.RoundTrip.TotalMilliseconds,4:F0} ms");
}
int late = arrived.Count(
    block => block.Value > startUp + block.Key / BlocksPerSegment * segmentTime);
Console.WriteLine($"{arrived.Count} of {Segments * BlocksPerSegment} blocks, {late} late, "
    + $"{hedges} second copies, {stalled} requests stalled");
return late == 0 && arrived.Count == Segments * BlocksPerSegment ? 0 : 1;

void Join(string name, int price, double rate, double roundTripMs, int first, int count)
{
    // Rate and round trip are what the toy network does; the picker has to find out.
    var profile = new SourceProfile(price, Rate: 0, TimeSpan.Zero, WindowLimit: 32, (ulong)count);
    int index = picker.AddSource(profile, TimeSpan.Zero);
    picker.Advertise(index, lane, first, count, available: true, TimeSpan.Zero);
    sources.Add(new ToySource(name, rate, TimeSpan.FromMilliseconds(roundTripMs)));
}

void Say(string what) => Console.WriteLine($"{now.TotalSeconds,6:F2} s  {what}");

internal sealed record ToySource(string Name, double Rate, TimeSpan RoundTrip)
{
    public TimeSpan FreeAt { get; set; }
    public int Asked { get; set; }
    public int Delivered { get; set; }
}
