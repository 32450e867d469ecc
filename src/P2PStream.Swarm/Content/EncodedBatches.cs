namespace P2PStream.Swarm;

/// <summary>The batches of a track that were proven last, as they are sent: a crowd that comes at once asks for the
/// same ones.</summary>
internal sealed class EncodedBatches
{
    /// <summary>Some 14 kB each.</summary>
    private const int Most = 16;

    private readonly Dictionary<(uint Epoch, int First), byte[]> _batches = [];

    public byte[]? TryGet(uint epoch, int first) => _batches.GetValueOrDefault((epoch, first));

    public void Keep(uint epoch, int first, byte[] batch)
    {
        if (_batches.Count == Most) _batches.Clear();
        _batches.Add((epoch, first), batch);
    }
}
