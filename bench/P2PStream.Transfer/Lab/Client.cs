namespace P2PStream.Transfer;

/// <summary>A way to move a file from one process to another, or to do another thing that is measured.
/// </summary>
/// <param name="Name">In the figures' names.</param>
internal abstract record Client(string Name)
{
    /// <summary>Null where it can run here; else one line that says why not.</summary>
    public virtual string? Missing => null;

    /// <summary>False where what arrives is not the file: it is then not compared.</summary>
    public virtual bool SendsTheFile => true;

    /// <summary>True for this program's own ends, which tell what they allocate.</summary>
    public bool IsOurs => this is NodeClient or LimitClient;

    /// <summary>True when it takes up=BYTES, what a seed may send in a second.</summary>
    public virtual bool HasLimiter => true;

    /// <summary>True for who is told beside the others, in ratios.</summary>
    public virtual bool IsCompared => false;

    /// <summary>The command of an end that has the file.</summary>
    public virtual IReadOnlyList<string> Seed(TestFile file) =>
        throw new NotSupportedException($"{Name} has no files");

    /// <summary>The command of an end that will fetch all of it.</summary>
    public virtual IReadOnlyList<string> Leech(TestFile file, string folder) =>
        throw new NotSupportedException($"{Name} fetches no files");

    /// <summary>The command of an end that will read it as a player does; see
    /// <see cref="Reading"/>.</summary>
    public virtual IReadOnlyList<string> Viewer(TestFile file, string folder) =>
        throw new NotSupportedException($"{Name} has no player");
}
