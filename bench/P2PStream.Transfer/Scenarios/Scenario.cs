namespace P2PStream.Transfer;

/// <summary>One thing that is measured, for some clients in turns.</summary>
/// <param name="name">The first part of its figures' names; has no slash.</param>
/// <param name="clients">Who is measured.</param>
internal abstract class Scenario(string name, params IReadOnlyList<Client> clients)
{
    public string Name => name;

    public IReadOnlyList<Client> Clients => clients;

    /// <summary>Null where it can run here; else one line that says why not.</summary>
    public virtual string? Missing => null;

    /// <summary>Size of the file unless it is told.</summary>
    public virtual long UsualBytes => 256L << 20;

    /// <summary>The smallest file that it can do with.</summary>
    public virtual long LeastBytes => 0;

    /// <summary>Figures that are also told as ratios.</summary>
    protected virtual IReadOnlyList<string> Compared => [];

    /// <summary>Whose figures the others' are divided by.</summary>
    protected virtual IReadOnlyList<string> References => ["libtorrent v2"];

    /// <summary>Sets up what all clients of a run share.</summary>
    public virtual Task OpenAsync(IReadOnlyList<Client> clients, TestFile file) => Task.CompletedTask;

    /// <summary>Takes down what <see cref="OpenAsync"/> set up.</summary>
    public virtual Task CloseAsync() => Task.CompletedTask;

    /// <summary>Runs it once for one client.</summary>
    public abstract Task RunAsync(Client client, Trial trial);

    /// <summary>Adds our ratios, when all has run.</summary>
    public void Relate(Results results)
    {
        foreach (var client in Clients.Where(client => client.IsCompared))
        foreach (var reference in References.Where(reference => reference != client.Name))
        foreach (var figure in Compared)
        {
            results.AddRatio($"{Name}/{client.Name}/{figure} over {reference}",
                $"{Name}/{client.Name}/{figure}", $"{Name}/{reference}/{figure}");
        }
    }
}
