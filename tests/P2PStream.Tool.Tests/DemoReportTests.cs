using P2PStream.Swarm;
using P2PStream.Tool.Demo;

namespace P2PStream.Tool.Tests;

public sealed class DemoReportTests
{
    [Fact]
    public void Sums_leave_the_late_viewer_out_and_copies_count_it()
    {
        var viewers = new[]
        {
            Viewer(fromViewers: 0, fromOrigin: 100, startup: 30),
            Viewer(fromViewers: 100, fromOrigin: 0, startup: 10),
        };
        var report = DemoReport.Of(viewers, Viewer(50, 50, 20), TimeSpan.FromSeconds(1));
        Assert.Equal(200, report.BytesDelivered);
        Assert.Equal(0.5, report.Offload);
        Assert.Equal(1.5, report.OriginCopies);
        Assert.Equal(10, report.StartupMsP50);
        Assert.Equal(30, report.StartupMsP95);
        Assert.True(report.Complete);
    }

    [Fact]
    public void Without_the_late_viewer_it_is_not_complete() =>
        Assert.False(DemoReport.Of([Viewer(0, 100, 1)], null, TimeSpan.Zero).Complete);

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.95, 4)]
    [InlineData(0.01, 1)]
    public void Percentiles_are_values_that_occurred(double share, double expected) =>
        Assert.Equal(expected, DemoReport.Percentile([1, 2, 3, 4], share));

    [Fact]
    public void Nothing_has_percentile_zero() => Assert.Equal(0, DemoReport.Percentile([], 0.5));

    [Fact]
    public void Memory_of_a_process_that_others_share_is_not_told_as_zero()
    {
        var report = DemoReport.Of([Viewer(1, 1, 1)], null, TimeSpan.Zero);
        Assert.Contains(
            "\"residentBytes\":null", DemoJson.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_survives_the_pipe()
    {
        var sent = new ViewerSnapshot
        {
            Status = PlayerStatus.Stalled, StartupMs = 12.5, BytesServed = 7, Error = "a\nb",
            StallReasons = new Dictionary<SupplyReason, long> { [SupplyReason.NoHolder] = 2 },
        };
        var line = DemoJson.Write(sent);
        Assert.DoesNotContain('\n', line);
        Assert.Equivalent(sent, DemoJson.ReadSnapshot(line), strict: true);
    }

    [Fact]
    public void A_line_that_is_no_snapshot_is_none() =>
        Assert.Null(DemoJson.ReadSnapshot("warn: nothing"));

    private static ViewerReport Viewer(long fromViewers, long fromOrigin, double startup) =>
        ViewerReport.Of("v", new ViewerSnapshot
        {
            Complete = true,
            BytesPlayed = fromViewers + fromOrigin,
            BytesDelivered = fromViewers + fromOrigin,
            BytesFromViewers = fromViewers,
            BytesFromOrigin = fromOrigin,
            StartupMs = startup,
        });
}
