using System.Globalization;
using Spectre.Console;

namespace P2PStream.Tool.Demo;

/// <summary>The table of viewers, live and at the end.</summary>
internal static class DemoTable
{
    /// <summary>What a cell takes beside its text: a space on either side, and the line before
    /// it.</summary>
    private const int CellFrame = 3;

    private static readonly DemoColumn[] Columns =
    [
        new("viewer", 0, 9, (viewer, _) => viewer.Name, _ => "all"),
        new("state", 0, 8, (_, viewer) => StateOf(viewer), Finished),
        new("position", 2, 8, (_, viewer) => Seconds(viewer.PositionMs), _ => ""),
        new("buffer", 4, 6, (_, viewer) => Seconds(viewer.BufferedMs), _ => ""),
        new("start-up", 3, 8, (_, viewer) => Milliseconds(viewer.StartupMs), _ => ""),
        new("stalls", 1, 6, (_, viewer) => Stalls(viewer.Stalls, viewer.StallMs),
            all => Stalls(all.Sum(viewer => viewer.Stalls), all.Sum(viewer => viewer.StallMs))),
        DemoColumn.OfBytes("viewers", 0, viewer => viewer.BytesFromViewers),
        DemoColumn.OfBytes("publisher", 5, viewer => viewer.BytesFromPublisher),
        DemoColumn.OfBytes("origin", 0, viewer => viewer.BytesFromOrigin),
        new("offload", 0, 7, (_, viewer) => Percent(viewer.Offload), Offload),
        DemoColumn.OfBytes("served", 0, viewer => viewer.BytesServed),
        new("rejected", 6, 8, (_, viewer) => Number(viewer.RejectedBlocks),
            all => Number(all.Sum(viewer => viewer.RejectedBlocks))),
        new("links", 7, 5, (_, viewer) => Number(viewer.Peers), _ => ""),
    ];

    /// <summary>A row for each viewer, one for all of them, and below it the one that came late,
    /// which
    /// is counted apart.</summary>
    /// <param name="viewers">The viewers.</param>
    /// <param name="width">Columns of text on the screen.</param>
    public static Table Of(IReadOnlyList<IDemoViewer> viewers, int width)
    {
        var now = viewers.Select(viewer => (Viewer: viewer, viewer.Snapshot)).ToArray();
        ViewerSnapshot[] counted =
            [.. now.Where(row => !row.Viewer.IsLate).Select(row => row.Snapshot)];
        var widths = Columns.ToDictionary(column => column, column => now
            .Select(row => column.Of(row.Viewer, row.Snapshot).Length)
            .Append(column.OfAll(counted).Length).Append(column.Width).Max());
        var columns = Fitting(width, widths);
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns) table.AddColumn(Head(column, widths[column]));
        foreach (var (viewer, snapshot) in now.Where(row => !row.Viewer.IsLate))
            table.AddRow(columns.Select(column => Cell(column, viewer, snapshot)));
        if (now.Length > 0)
        {
            table.AddEmptyRow();
            table.AddRow(columns.Select(
                column => new Text(column.OfAll(counted), new Style(decoration: Decoration.Bold))));
        }

        foreach (var (viewer, snapshot) in now.Where(row => row.Viewer.IsLate))
            table.AddRow(columns.Select(column => Cell(column, viewer, snapshot)));
        return table;
    }

    private static DemoColumn[] Fitting(int width, Dictionary<DemoColumn, int> widths)
    {
        var left = width - 1;
        var chosen = new HashSet<DemoColumn>();
        foreach (var column in Columns.OrderBy(column => column.Rank))
        {
            left -= widths[column] + CellFrame;
            // The first few are what the demo is about; a screen that is too narrow for them wraps.
            if (left >= 0 || column.Rank == 0) chosen.Add(column);
        }

        return [.. Columns.Where(chosen.Contains)];
    }

    private static TableColumn Head(DemoColumn column, int width) => new(new Text(column.Title))
    {
        Alignment = column.Title is "viewer" or "state" ? Justify.Left : Justify.Right,
        NoWrap = true,
        Width = width,
    };

    private static Text Cell(DemoColumn column, IDemoViewer viewer, ViewerSnapshot snapshot) => new(
        column.Of(viewer, snapshot),
        column.Title == "state" ? new Style(ColourOf(snapshot)) : Style.Plain);

    private static string StateOf(ViewerSnapshot viewer) => viewer switch
    {
        { Error: not null } => "failed",
        { Complete: true } => "finished",
        _ => viewer.Status switch
        {
            PlayerStatus.Starting => "starting",
            PlayerStatus.Playing => "playing",
            PlayerStatus.Paused => "paused",
            PlayerStatus.Stalled => "stalled",
            _ => "ended",
        },
    };

    private static Color ColourOf(ViewerSnapshot viewer) => viewer switch
    {
        { Error: not null } or { Status: PlayerStatus.Stalled } => Color.Red,
        { Complete: true } => Color.Green,
        { Status: PlayerStatus.Playing } => Color.Aqua,
        _ => Color.Grey,
    };

    private static string Finished(IReadOnlyList<ViewerSnapshot> all) => string.Create(
        CultureInfo.InvariantCulture, $"{all.Count(viewer => viewer.Complete)}/{all.Count} done");

    private static string Offload(IReadOnlyList<ViewerSnapshot> all) => Percent(DemoReport.Share(
        all.Sum(viewer => viewer.BytesFromViewers), all.Sum(viewer => viewer.BytesDelivered)));

    private static string Stalls(int count, double milliseconds) =>
        count == 0 ? "0" : $"{Number(count)} ({Milliseconds(milliseconds)})";

    private static string Seconds(double milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s");

    private static string Milliseconds(double? milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0 ms}");

    private static string Percent(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
