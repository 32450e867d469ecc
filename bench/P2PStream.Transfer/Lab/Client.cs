namespace P2PStream.Transfer;

/// <summary>A way to move a file from one process to another.</summary>
/// <param name="Name">In the figures' names.</param>
internal abstract record Client(string Name)
{
    /// <summary>Null where it can run here; else one line that says why not.</summary>
    public virtual string? Missing => null;

    /// <summary>Starts an end that has the file.</summary>
    public abstract EndProcess Seed(TestFile file, params IEnumerable<string> more);

    /// <summary>Starts an end that will fetch it.</summary>
    public abstract EndProcess Leech(TestFile file, string folder, params IEnumerable<string> more);

    /// <summary>An end that this program itself plays.</summary>
    protected static EndProcess Own(IEnumerable<string> words) =>
        new([Environment.ProcessPath!, "end", .. words]);
}
