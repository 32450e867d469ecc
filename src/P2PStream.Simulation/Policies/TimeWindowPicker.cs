using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// P2P Media Loader 2: what is played within 15 s is fetched over HTTP at once, whoever has it;
/// what is later comes from a peer that has announced all of it; and from time to time (1 s and as
/// many more as a draw over the peers says) one random segment that nobody has announced is fetched
/// over HTTP, with probability segments / peers. Written from its documentation (StreamConfig,
/// technical overview) and a description of 2.3, not from its code.
/// </summary>
/// <remarks>
/// The only coordination are those random timers, so what the swarm's own election says
/// (<see cref="IBlockPicker.Elect"/>) is not listened to.
/// </remarks>
internal sealed class TimeWindowPicker(SchedulerOptions options) : WholeSegmentPicker(options)
{
    private static readonly TimeSpan HighDemand = TimeSpan.FromSeconds(15);

    private readonly Random _random = new((int)(options.Seed ^ options.Seed >> 32));
    private PolicySegment? _prefetch;

    protected override TimeSpan PassInterval =>
        TimeSpan.FromSeconds(1 + _random.NextDouble() * Peers.Count());

    protected override void Pass()
    {
        _prefetch = null;
        PolicySegment[] nobodys =
        [
            .. Segments.Where(segment => !segment.IsHeld && !IsLoading(segment)
                && segment.Deadline - Now <= HttpWindow && !IsAnnounced(segment)),
        ];
        double probability = Math.Min(1, (double)nobodys.Length / (Peers.Count() + 1));
        if (nobodys.Length > 0 && _random.NextDouble() < probability)
            _prefetch = nobodys[_random.Next(nobodys.Length)];
    }

    protected override PolicySource? SourceFor(PolicySegment segment)
    {
        TimeSpan left = segment.Deadline - Now;
        if (left < HighDemand) return HttpFor(segment) ?? PeerFor(segment);
        if (segment == _prefetch && HttpFor(segment) is { } http)
        {
            _prefetch = null;
            return http;
        }
        return left <= PeerWindow ? PeerFor(segment) : null;
    }
}
