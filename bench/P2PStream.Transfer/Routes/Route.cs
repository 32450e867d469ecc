namespace P2PStream.Transfer;

/// <summary>What lies between the ends of a run.</summary>
internal abstract class Route : IAsyncDisposable
{
    /// <summary>Where those are that have the file.</summary>
    public virtual Place Seeds => Place.Here;

    /// <summary>Where those are that fetch it.</summary>
    public virtual Place Leeches => Place.Here;

    /// <summary>The address under which a leech reaches a seed.</summary>
    public virtual ValueTask<string> ThroughAsync(string seed) => ValueTask.FromResult(seed);

    /// <summary>Called after a run in which leeches got so many bytes.</summary>
    /// <exception cref="InvalidDataException">They went another way.</exception>
    public virtual Task CheckAsync(long bytes) => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}
