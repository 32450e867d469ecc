namespace P2PStream.Tool.Demo;

/// <summary>One column of the demo's table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Rank">Columns of a higher rank go first when the screen is too narrow.</param>
/// <param name="Width">Characters that it takes at least, so that it does not come and go.</param>
/// <param name="Of">The text for one viewer.</param>
/// <param name="OfAll">The text for all that are counted together.</param>
internal sealed record DemoColumn(
    string Title, int Rank, int Width,
    Func<IDemoViewer, ViewerSnapshot, string> Of,
    Func<IReadOnlyList<ViewerSnapshot>, string> OfAll)
{
    /// <summary>A column of bytes.</summary>
    public static DemoColumn OfBytes(string title, int rank, Func<ViewerSnapshot, long> count) =>
        new(title, rank, 9, (_, viewer) => ByteText.Of(count(viewer)),
            all => ByteText.Of(all.Sum(count)));
}
