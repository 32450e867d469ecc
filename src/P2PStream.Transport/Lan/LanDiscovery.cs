using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>
/// Finds peers on this host's own networks by multicast (BEP 14), without any server: each tells what
/// it has when it starts and every few minutes, and hears the others. Where multicast is not possible
/// it says so in one line and finds nobody. All methods may be called from any thread.
/// </summary>
public sealed partial class LanDiscovery : IAsyncDisposable
{
    private readonly ConcurrentDictionary<InfoHash, Entry> _entries = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<LanGroup> _groups;
    private readonly LanNeighbours _neighbours;
    private readonly LanDiscoveryOptions _options;
    private readonly TimeProvider _time;
    private readonly string _cookie = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly Task _loops;
    private readonly Lock _lock = new();
    private long _second;
    private int _heard;
    private int _disposed;

    /// <summary>Joins the groups.</summary>
    /// <param name="options">Where, and how often.</param>
    /// <param name="time">The clock.</param>
    public LanDiscovery(LanDiscoveryOptions options, TimeProvider time)
        : this(options, time, Join(options, time, out var problem),
            new LanNeighbours(time, LanNeighbours.Subnets))
    {
        if (_groups.Count > 0) return;
        Problem = "peers on the local network are not looked for: "
            + (problem ?? "this host has no such network");
        LogProblem(options.Log, Problem);
    }

    /// <param name="options">How often.</param>
    /// <param name="time">The clock.</param>
    /// <param name="groups">Where; owned from here on.</param>
    /// <param name="neighbours">Who is heard.</param>
    internal LanDiscovery(LanDiscoveryOptions options, TimeProvider time,
        IReadOnlyList<LanGroup> groups, LanNeighbours neighbours)
    {
        _options = options;
        _time = time;
        _groups = groups;
        _neighbours = neighbours;
        _loops = Task.WhenAll([.. _groups.Select(ReceiveAsync), RepeatAsync()]);
    }

    /// <summary>Why nobody can be found here, one line for people; null when somebody can.
    /// </summary>
    public string? Problem { get; }

    /// <summary>Where it listens; more than one on a host with several networks.</summary>
    public IReadOnlyList<IPEndPoint> Groups => [.. _groups.Select(group => group.EndPoint)];

    /// <summary>Tells the network that this host has something, and hears who else has.</summary>
    /// <param name="infoHash">What. Once at a time.</param>
    /// <param name="port">Where this host takes links.</param>
    /// <param name="found">Called for each message of another on this host's networks; quick, from any
    /// thread. The address is where the message came from: it can be forged. The first time it throws is
    /// logged.</param>
    /// <returns>Ends it when disposed.</returns>
    /// <exception cref="InvalidOperationException">It is told already.</exception>
    public IDisposable Announce(InfoHash infoHash, ushort port, Action<IPEndPoint> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentOutOfRangeException.ThrowIfZero(port);
        var entry = new Entry(this, infoHash, port, found);
        if (!_entries.TryAdd(infoHash, entry))
            throw new InvalidOperationException("That is told already.");
        _ = SendAsync([entry]);
        return entry;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var group in _groups) await group.DisposeAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <param name="options">Where.</param>
    /// <param name="time">The clock.</param>
    /// <param name="problem">Why the first that failed did; null if none did.</param>
    private static List<LanGroup> Join(
        LanDiscoveryOptions options, TimeProvider time, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        problem = null;
        var groups = new List<LanGroup>();
        foreach (var address in options.Interfaces ?? Addresses())
        {
            try
            {
                groups.Add(LanGroup.Join(address, options.Port));
            }
            catch (LinkException error)
            {
                problem ??= $"no multicast at {address}: {error.Message}";
            }
        }

        return groups;
    }

    private static IEnumerable<IPAddress> Addresses()
    {
        foreach (var card in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (card.OperationalStatus != OperationalStatus.Up || !card.SupportsMulticast
                || card.NetworkInterfaceType == NetworkInterfaceType.Loopback) continue;
            // One of each family: more would tell the same network twice.
            foreach (var family in card.GetIPProperties().UnicastAddresses
                .Select(unicast => unicast.Address).GroupBy(address => address.AddressFamily))
                yield return family.First();
        }
    }

    private async Task RepeatAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.Interval, _time, _stop.Token).ConfigureAwait(false);
                await SendAsync([.. _entries.Values]).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task SendAsync(IReadOnlyList<Entry> entries)
    {
        foreach (var byPort in entries.GroupBy(entry => entry.Port))
        {
            foreach (var some in byPort.Chunk(LanMessage.MaxHashes / 2))
            {
                var message = new LanMessage(
                    byPort.Key, [.. some.Select(entry => entry.InfoHash)], _cookie);
                foreach (var group in _groups)
                    await SendAsync(group, message).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync(LanGroup group, LanMessage message)
    {
        try
        {
            await group.SendAsync(message.Encode(group.EndPoint), _stop.Token)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private Task ReceiveAsync(LanGroup group)
    {
        var receiver = new DatagramReceiver(
            group.Hearing, LanMessage.MaxBytes + 1, _time, _options.Log);
        return receiver.RunAsync(
            (buffer, datagram) =>
            {
                // Strangers take nobody's share.
                if (_neighbours.Include(datagram.Remote.Address) && MayRead())
                    Take(buffer.AsSpan(0, datagram.Length), datagram.Remote);
                return false;
            }, _stop.Token);
    }

    /// <summary>A flood costs its share of a second and no more.</summary>
    private bool MayRead()
    {
        var second = _time.GetTimestamp() / _time.TimestampFrequency;
        lock (_lock)
        {
            if (second != _second) (_second, _heard) = (second, 0);
            return _heard++ < _options.MessagesPerSecond;
        }
    }

    private void Take(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        if (LanMessage.TryDecode(datagram) is not { } message || message.Cookie == _cookie) return;
        foreach (var hash in message.Hashes)
        {
            if (!_entries.TryGetValue(hash, out var entry)) continue;
            Tell(entry, new IPEndPoint(from.Address, message.Port));
            // Who has just come does not know of us yet; he is answered once a minute at most.
            if (entry.MayAnswer(_time)) _ = SendAsync([entry]);
        }
    }

    /// <summary>A host that cannot take what it is told does not end the hearing.</summary>
    private void Tell(Entry entry, IPEndPoint peer)
    {
        try
        {
            entry.Found(peer);
        }
        catch (Exception error)
        {
            if (entry.HasFailedBefore()) return;
            LogNotTaken(_options.Log, entry.InfoHash, error);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Problem}")]
    private static partial void LogProblem(ILogger log, string problem);

    [LoggerMessage(2, LogLevel.Error,
        "the host does not take a peer that was found on the local network for {InfoHash}")]
    private static partial void LogNotTaken(ILogger log, InfoHash infoHash, Exception error);

    private sealed class Entry(
        LanDiscovery owner, InfoHash infoHash, ushort port, Action<IPEndPoint> found) : IDisposable
    {
        private static readonly TimeSpan AnswerInterval = TimeSpan.FromMinutes(1);

        private long _answered;
        private int _failed;

        public InfoHash InfoHash => infoHash;

        public ushort Port => port;

        public Action<IPEndPoint> Found => found;

        public bool MayAnswer(TimeProvider time)
        {
            var now = time.GetTimestamp();
            var last = Interlocked.Read(ref _answered);
            if (last != 0 && time.GetElapsedTime(last, now) < AnswerInterval) return false;
            return Interlocked.CompareExchange(ref _answered, now, last) == last;
        }

        /// <summary>False once.</summary>
        public bool HasFailedBefore() => Interlocked.Exchange(ref _failed, 1) != 0;

        public void Dispose() =>
            owner._entries.TryRemove(new KeyValuePair<InfoHash, Entry>(infoHash, this));
    }
}
