namespace P2PStream.Protocol.Tests;

/// <summary>docs/wire-protocol.md says what the code does.</summary>
public sealed class DocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/wire-protocol.md");

    [Fact]
    public void Every_row_of_the_frame_table_is_in_the_document()
    {
        foreach (var row in FrameTable.All)
        {
            var payload = row.MinimumLength == row.MaximumLength
                ? $"{row.MinimumLength}"
                : $"{row.MinimumLength}..{row.MaximumLength}";
            var start = $"| {(int)row.Type} | {row.Name} | {payload} | {Word(row.Level)} "
                + $"| {Word(row.Sender)} |";
            Assert.Contains(start, Document, StringComparison.Ordinal);
            if (row.Rate != FrameRate.Unlimited)
                Assert.Contains($"{start} {Word(row.Rate)} |", Document, StringComparison.Ordinal);
        }

        var rows = Document.Split('\n').Count(line =>
            line.EndsWith(" |", StringComparison.Ordinal)
            && (line.Contains("| link |", StringComparison.Ordinal)
                || line.Contains("| channel |", StringComparison.Ordinal)));
        Assert.Equal(FrameTable.All.Count, rows);
    }

    [Fact]
    public void Every_frame_has_its_section()
    {
        var headings = string.Join(", ", Document.Split('\n')
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal))) + ",";
        Assert.All(FrameTable.All, row => Assert.Contains(
            $" {(int)row.Type} {row.Name},", headings, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_violation_and_reason_is_in_the_document()
    {
        foreach (var violation in Enum.GetValues<Violation>())
            if (violation != Violation.None)
                Assert.Contains($"| {violation} |", Document, StringComparison.Ordinal);
        foreach (var reason in Enum.GetValues<SessionEndReason>())
            if (reason < SessionEndReason.LinkLost)
                Assert.Contains(
                    $"| {(int)reason} | {Sentence(reason)} |", Document, StringComparison.Ordinal);
        foreach (var reason in Enum.GetValues<RejectReason>())
            Assert.Contains(
                $"| {(int)reason} | {Sentence(reason)}", Document, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worked_example_is_a_vector()
    {
        foreach (var name in new[] { "hello", "request", "data" })
            Assert.Contains(
                FrameVector.All.First(vector => vector.Name == name).Hex,
                Document,
                StringComparison.Ordinal);
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>NotAvailable becomes "not available".</summary>
    private static string Sentence<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) =>
            i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
