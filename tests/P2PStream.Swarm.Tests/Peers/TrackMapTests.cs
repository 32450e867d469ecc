namespace P2PStream.Swarm.Tests.Peers;

public class TrackMapTests
{
    private TrackMap<string> _map;

    /// <summary>Against a sorted dictionary: one track, many, and back to one and none.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(12)]
    public void It_holds_what_was_put_in_by_the_order_of_tracks(int tracks)
    {
        var random = new Random(tracks);
        var expected = new SortedDictionary<ushort, string>();
        for (var step = 0; step < 500; step++)
        {
            var track = (ushort)random.Next(1, tracks + 1);
            switch (random.Next(20))
            {
                case < 10:
                    expected[track] = _map.GetOrAdd(track) = $"{track} in {step}";
                    break;
                case < 19:
                    expected.Remove(track);
                    _map.Remove(track);
                    break;
                default:
                    expected.Clear();
                    _map.Clear();
                    break;
            }

            Assert.Equal(expected.Values, Enumerable.Range(0, _map.Count).Select(i => _map.At(i)));
            for (ushort each = 0; each <= tracks + 1; each++)
                Assert.Equal(expected.GetValueOrDefault(each), _map.TryGetValue(each, out var value) ? value : null);
        }
    }

    [Fact]
    public void A_new_track_begins_with_nothing()
    {
        foreach (ushort track in (ushort[])[5, 3])
        {
            _map.GetOrAdd(track) = "old";
            _map.Remove(track);
            Assert.Null(_map.GetOrAdd(track));
        }
    }
}
