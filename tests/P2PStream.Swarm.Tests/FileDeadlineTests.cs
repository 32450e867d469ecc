using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A plain file has no time: what its reader is at is due, wherever that lies and whatever the
/// player's position is said to be.</summary>
public sealed class FileDeadlineTests : IDisposable
{
    private const int Talker = 1;
    private const int Pieces = 600;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(3);

    private readonly TestStream _stream = new(Pieces, 1000, TimeSpan.Zero);
    private readonly SwarmProbe _probe;

    public FileDeadlineTests()
    {
        _probe = new SwarmProbe(_stream, useOrigin: true, self: 2);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Swarm.DiscoveryDone(_probe.Now);
        _probe.Join(Talker);
        _probe.Say(Talker, SessionEventKind.Interest, new BlockId(_stream.Records[0].Id, 0, 0),
            count: Pieces, value: 1);
    }

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void The_end_of_a_file_is_not_left_to_a_viewer_that_does_not_fetch_it()
    {
        var piece = _stream.Records.Last(record => !OriginElection.IsElected(
            SwarmProbe.Identity(2), [ElectedTalker()], record.Id, TimeSpan.Zero)).Id;
        Assert.InRange(piece.Sequence, Pieces - 20ul, (ulong)Pieces);
        Assert.True(_probe.Swarm.OpenReader(1, piece, _probe.Now));

        while (_probe.Now < Enough && !IsFetched(piece))
        {
            _probe.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, _probe.Now);
            _probe.Pass(TimeSpan.FromMilliseconds(200));
        }

        Assert.True(IsFetched(piece));
    }

    private bool IsFetched(SegmentId piece) => _probe.Effects.Any(
        effect => effect.Kind == SwarmEffectKind.FetchOrigin && effect.Run!.Record.Id == piece);

    private static SwarmPeer ElectedTalker()
    {
        var talker = new SwarmPeer(
            Talker, SwarmProbe.Identity(Talker), SwarmProbe.Channel, source: 0, TimeSpan.Zero)
        {
            IsViewer = true,
            UsesOrigin = true,
            Budget = new RemoteBudget(TimeSpan.Zero),
        };
        talker.SetInterest(TestStream.Track, 0, Pieces);
        return talker;
    }
}
