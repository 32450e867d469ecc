using System.Net;
using System.Net.Sockets;

namespace P2PStream.Transport;

/// <summary>
/// The handshakes under way, oldest first. When it is full the oldest of the address that has most
/// gives way: a real handshake takes milliseconds, one that stalls is the oldest soon, and one
/// address that opens many pays for them itself.
/// </summary>
internal sealed class HandshakeTable(int capacity)
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private bool _ended;

    /// <summary>Handshakes under way.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>Runs a handshake, which owns the socket and never throws.</summary>
    public void Start(Socket socket, Func<Socket, CancellationToken, Task> handshake)
    {
        var remote = (socket.RemoteEndPoint as IPEndPoint)?.Address;
        var entry = new Entry(Prefix(remote));
        Entry? evicted = null;
        lock (_gate)
        {
            if (_ended)
            {
                socket.Dispose();
                return;
            }

            if (_entries.Count >= capacity)
            {
                evicted = Crowded();
                _entries.Remove(evicted);
            }

            _entries.Add(entry);
        }

        evicted?.Evicted.Cancel();
        entry.Done = RunAsync(entry, socket, handshake);
    }

    /// <summary>Ends all and waits until they have.</summary>
    public async Task EndAsync()
    {
        Entry[] left;
        lock (_gate)
        {
            _ended = true;
            left = [.. _entries];
        }

        foreach (var entry in left) await entry.Evicted.CancelAsync().ConfigureAwait(false);
        foreach (var entry in left) await entry.Done.ConfigureAwait(false);
    }

    private async Task RunAsync(
        Entry entry, Socket socket, Func<Socket, CancellationToken, Task> handshake)
    {
        await handshake(socket, entry.Evicted.Token).ConfigureAwait(false);
        lock (_gate) _entries.Remove(entry);
    }

    private Entry Crowded()
    {
        var worst = _entries[0];
        var most = 0;
        foreach (var entry in _entries)
        {
            var count = _entries.Count(other => other.Prefix.Equals(entry.Prefix));
            if (count > most) (worst, most) = (entry, count);
        }

        return worst;
    }

    /// <summary>What one holder is given: an IPv4 address or an IPv6 /64.</summary>
    private static IPAddress Prefix(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        address = TcpPath.Plain(address);
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Entry(IPAddress prefix)
    {
        public IPAddress Prefix { get; } = prefix;

        public CancellationTokenSource Evicted { get; } = new();

        public Task Done { get; set; } = Task.CompletedTask;
    }
}
