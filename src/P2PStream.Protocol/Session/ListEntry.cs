namespace P2PStream.Protocol;

/// <summary>Something that lies in at most one <see cref="EntryList{T}"/>.</summary>
internal abstract class ListEntry<T>
    where T : ListEntry<T>
{
    public T? Previous { get; set; }

    public T? Next { get; set; }

    public EntryList<T>? List { get; set; }
}
