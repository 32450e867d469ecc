namespace P2PStream.Transfer;

/// <summary>Ends that leave together.</summary>
internal sealed class EndGroup : IAsyncDisposable
{
    private readonly List<EndProcess> _ends = [];

    public IReadOnlyList<EndProcess> Ends => _ends;

    public EndProcess Add(EndProcess end)
    {
        _ends.Add(end);
        return end;
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_ends.Select(end => end.DisposeAsync().AsTask()));
}
