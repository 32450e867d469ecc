namespace P2PStream.Transfer;

/// <summary>Where an end runs.</summary>
/// <param name="Address">The address that it listens at.</param>
/// <param name="Prefix">The words that start a program there.</param>
internal sealed record Place(string Address, params IReadOnlyList<string> Prefix)
{
    public static Place Here { get; } = new("127.0.0.1");

    public EndProcess Start(IEnumerable<string> command) =>
        new([.. Prefix, .. command, $"address={Address}"]);
}
