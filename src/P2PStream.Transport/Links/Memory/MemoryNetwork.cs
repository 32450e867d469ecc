using System.Collections.Concurrent;
using System.Globalization;

namespace P2PStream.Transport;

/// <summary>
/// A network within the process: the listeners that <see cref="MemoryTransport"/>s on it can dial.
/// Owns the names, not the links.
/// </summary>
public sealed class MemoryNetwork
{
    private readonly ConcurrentDictionary<string, MemoryListener> _listeners =
        new(StringComparer.Ordinal);
    private int _lastPort;

    internal MemoryListener Listen(string name)
    {
        // "name:0" asks for a free number, as port 0 does for TCP.
        var free = name.EndsWith(":0", StringComparison.Ordinal);
        while (true)
        {
            var taken = free ? string.Concat(name.AsSpan(0, name.Length - 1), NextPort()) : name;
            var listener = new MemoryListener(this, taken);
            if (_listeners.TryAdd(taken, listener)) return listener;
            if (!free) throw new LinkException($"The memory address {name} is in use.");
        }
    }

    internal MemoryListener Find(string name) =>
        _listeners.TryGetValue(name, out var listener)
            ? listener
            : throw new LinkException($"Nobody listens at the memory address {name}.");

    internal void Remove(MemoryListener listener) =>
        _listeners.TryRemove(KeyValuePair.Create(listener.LocalAddress.Value, listener));

    private string NextPort() =>
        Interlocked.Increment(ref _lastPort).ToString(CultureInfo.InvariantCulture);
}
