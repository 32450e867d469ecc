using System.Globalization;
using Spectre.Console;

namespace P2PStream.Tool.Demo;

/// <summary>The table of viewers, live and at the end.</summary>
internal static class DemoTable
{
    /// <summary>Narrower screens do without the columns that are seldom looked at.</summary>
    private const int WideScreen = 156;

    private static readonly (string Title, bool OnWideScreens)[] Columns =
    [
        ("viewer", false), ("state", false), ("position", false), ("buffer", true), ("start-up", false),
        ("stalls", false), ("from viewers", false), ("publisher", true), ("origin", false),
        ("offload", false), ("served", false), ("rejected", true), ("links", true),
    ];

    /// <summary>A row for each viewer, and one for all but the late one.</summary>
    /// <param name="viewers">The viewers.</param>
    /// <param name="width">Columns of text on the screen.</param>
    public static Table Of(IReadOnlyList<IDemoViewer> viewers, int width)
    {
        var isWide = width >= WideScreen;
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var (title, _) in Columns.Where(column => isWide || !column.OnWideScreens))
        {
            table.AddColumn(new TableColumn(title)
            {
                Alignment = title is "viewer" or "state" ? Justify.Left : Justify.Right,
                NoWrap = true,
            });
        }

        var now = viewers.Select(viewer => (viewer.Name, viewer.IsLate, viewer.Snapshot)).ToArray();
        foreach (var (name, _, snapshot) in now) Add(RowOf(name, snapshot));
        if (now.Length > 0)
        {
            table.AddEmptyRow();
            Add(SumOf([.. now.Where(row => !row.IsLate).Select(row => row.Snapshot)]));
        }

        return table;

        void Add(Text[] cells) =>
            table.AddRow(cells.Where((_, index) => isWide || !Columns[index].OnWideScreens));
    }

    private static Text[] RowOf(string name, ViewerSnapshot viewer) =>
    [
        Cell(name),
        new Text(StateOf(viewer), new Style(ColourOf(viewer))),
        Cell(Seconds(viewer.PositionMs)),
        Cell(Seconds(viewer.BufferedMs)),
        Cell(viewer.StartupMs is { } startup ? Milliseconds(startup) : ""),
        Cell(viewer.Stalls == 0 ? "0" : $"{viewer.Stalls} ({Milliseconds(viewer.StallMs)})"),
        Cell(ByteText.Of(viewer.BytesFromViewers)),
        Cell(ByteText.Of(viewer.BytesFromPublisher)),
        Cell(ByteText.Of(viewer.BytesFromOrigin)),
        Cell(Percent(viewer.Offload)),
        Cell(ByteText.Of(viewer.BytesServed)),
        Cell(Number(viewer.RejectedBlocks)),
        Cell(Number(viewer.Peers)),
    ];

    private static Text[] SumOf(ViewerSnapshot[] all)
    {
        var fromViewers = all.Sum(viewer => viewer.BytesFromViewers);
        return
        [
            Cell("all but late"),
            Cell($"{all.Count(viewer => viewer.Complete)} of {all.Length} finished"),
            Cell(""),
            Cell(""),
            Cell(""),
            Cell(Number(all.Sum(viewer => viewer.Stalls))),
            Cell(ByteText.Of(fromViewers)),
            Cell(ByteText.Of(all.Sum(viewer => viewer.BytesFromPublisher))),
            Cell(ByteText.Of(all.Sum(viewer => viewer.BytesFromOrigin))),
            Cell(Percent(DemoReport.Share(fromViewers, all.Sum(viewer => viewer.BytesDelivered)))),
            Cell(ByteText.Of(all.Sum(viewer => viewer.BytesServed))),
            Cell(Number(all.Sum(viewer => viewer.RejectedBlocks))),
            Cell(""),
        ];
    }

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

    private static Text Cell(string text) => new(text);

    private static string Seconds(double milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s");

    private static string Milliseconds(double milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms");

    private static string Percent(double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
