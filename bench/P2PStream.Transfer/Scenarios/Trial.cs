namespace P2PStream.Transfer;

/// <summary>One run.</summary>
/// <param name="File">What is moved.</param>
/// <param name="Results">What takes its figures.</param>
/// <param name="IsRehearsal">True for the first, in which what arrives is compared with the file and
/// which warms the machine up: its figures are not told.</param>
internal sealed record Trial(TestFile File, Results Results, bool IsRehearsal)
{
    /// <summary>Adds to a fetching end's command what it needs to be verified.</summary>
    public IReadOnlyList<string> Verified(Client client, IReadOnlyList<string> command) =>
        IsRehearsal && client.SendsTheFile ? [.. command, "verify=1"] : command;

    /// <summary>Hears the end's hash and compares it, where this run is verified.</summary>
    /// <exception cref="InvalidDataException">What arrived is not the file.</exception>
    public async Task VerifyAsync(
        Client client, EndProcess end, params IReadOnlyList<(long Offset, long Length)> stretches)
    {
        if (!IsRehearsal || !client.SendsTheFile) return;
        var told = (await end.HearAsync("hash"))[0];
        if (!told.Equals(File.Hash(stretches), StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException("what arrived is not what the file has");
    }
}
