namespace P2PStream.Transfer;

/// <summary>This program in the part of an end.</summary>
internal static class OwnProgram
{
    public static IReadOnlyList<string> End(string role, params IEnumerable<string> words) =>
        [Environment.ProcessPath!, "end", role, .. words];
}
