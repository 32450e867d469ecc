using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>Drives a <see cref="KademliaNode"/>: a loop for each socket that receives, and a loop that
/// owns the node and takes datagrams, requests and the timer from one bounded channel. That loop is run
/// by whoever gives it something to do, and a UDP socket's loop has a thread that waits in the socket:
/// from a query to its answer nothing else has to wake up.</summary>
internal sealed class DhtPump : IAsyncDisposable
{
    /// <summary>Datagrams and requests that wait for the loop. A datagram that finds it full is
    /// dropped, a request waits.</summary>
    private const int MaxQueued = 1024;

    /// <summary>Inputs taken before what they caused is sent, so that the outbox never fills.
    /// </summary>
    private const int InputsPerFlush = 64;

    /// <summary>Turns that one thread takes without a pause. Then the pool goes on: whoever gives the loop
    /// something to do has its thread back, however much arrives.</summary>
    private const int MostTurnsInARow = 16;

    /// <summary>Endpoints whose socket form is kept.</summary>
    private const int MaxCachedEndPoints = 1024;

    public static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<IDatagramSocket> _sockets;
    private readonly DhtTableFile? _file;
    private readonly ILogger _log;
    private readonly KademliaNode _node;
    private readonly TimeProvider _time;
    private readonly long _epoch;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<DhtOperation, DhtCall> _calls = [];
    private readonly ConcurrentQueue<DhtCall> _abandoned = new();
    private readonly Dictionary<DhtEndPoint, IPEndPoint> _endPoints = [];
    private readonly byte[] _sendBuffer = new byte[KademliaNode.MaxDatagramBytes];
    private readonly Channel<DhtInput> _inputs = Channel.CreateBounded<DhtInput>(
        new BoundedChannelOptions(MaxQueued)
        {
            SingleReader = true,
            AllowSynchronousContinuations = true,
        });

    private int _started;
    private int _disposed;
    private int _receiving;
    private int _nodes, _infoHashes, _peers, _items, _queries;
    private Box _id;
    private (DhtEndPoint? IPv4, DhtEndPoint? IPv6) _seenAt;
    private IReadOnlyList<IPEndPoint> _observed = [];
    private TimeSpan _nextSave = SaveInterval;
    private Task _writing = Task.CompletedTask;
    private Task _loops = Task.CompletedTask;

    /// <param name="sockets">One of each family that the node speaks. Those of UDP are closed at the
    /// end.</param>
    /// <param name="node">The node, owned from here on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="file">Keeps what it knows between runs; null for nothing.</param>
    /// <param name="log">Is told of what goes wrong.</param>
    public DhtPump(IReadOnlyList<IDatagramSocket> sockets, KademliaNode node, TimeProvider time,
        DhtTableFile? file, ILogger log)
    {
        _sockets =
        [
            .. sockets.Select(socket =>
                socket is UdpDatagramSocket udp ? new BlockingDatagramSocket(udp) : socket),
        ];
        _node = node;
        _time = time;
        _file = file;
        _log = log;
        _id = new Box(node.Id);
        _epoch = time.GetTimestamp();
        _timer = time.CreateTimer(
            _ => _inputs.Writer.TryWrite(default), null, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public NodeId Id => Volatile.Read(ref _id).Id;

    public IReadOnlyList<IPEndPoint> ObservedEndPoints => Volatile.Read(ref _observed);

    public DhtStatistics Statistics => new(Volatile.Read(ref _nodes),
        Volatile.Read(ref _infoHashes), Volatile.Read(ref _peers), Volatile.Read(ref _items),
        Volatile.Read(ref _queries));

    /// <summary>True once there is anybody to join through.</summary>
    public bool HasContacts { get; private set; }

    private TimeSpan Now => _time.GetElapsedTime(_epoch);

    public void Start(DhtEndPoint[] contacts)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(DhtNode));
        if (Interlocked.Exchange(ref _started, 1) != 0)
            throw new InvalidOperationException("The node was started before.");
        HasContacts = contacts.Length > 0;
        Restore();
        _node.Join(contacts, Now);
        _receiving = _sockets.Count;
        _loops = Task.WhenAll(
            [.. _sockets.Select(StartReceiving), Task.Run(RunAsync)]);
        // What joining has to say is already waiting.
        _inputs.Writer.TryWrite(default);
    }

    /// <summary>There is somebody more to join through.</summary>
    public void AddContacts() => HasContacts = true;

    /// <summary>Starts an operation on the loop; its events go to the call. If it cannot be started,
    /// that fails the call and nothing else.</summary>
    public Task BeginAsync(DhtCall call, Func<KademliaNode, TimeSpan, DhtOperation> start,
        CancellationToken cancellationToken) => PostAsync(now =>
        {
            if (call.IsAbandoned) return;
            try
            {
                call.Operation = start(_node, now);
            }
            catch (Exception error)
            {
                call.Fail(error);
                return;
            }

            _calls.Add(call.Operation, call);
        }, cancellationToken);

    private async Task PostAsync(Action<TimeSpan> request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(DhtNode));
        if (_started == 0) throw new InvalidOperationException("The node was not started.");
        var input = new DhtInput(null, 0, default, request);
        try
        {
            await _inputs.Writer.WriteAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException error)
        {
            throw new ObjectDisposedException("The node has ended.", error);
        }
    }

    /// <summary>Ends a call's operation, if it has not ended by itself.</summary>
    public void Abandon(DhtCall call)
    {
        call.IsAbandoned = true;
        _abandoned.Enqueue(call);
        // Wakes the loop; should the channel be full, it is awake.
        _inputs.Writer.TryWrite(new DhtInput(null, 0, default, static _ => { }));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _inputs.Writer.TryComplete();
        foreach (var socket in _sockets.OfType<BlockingDatagramSocket>())
            await socket.DisposeAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _writing.ConfigureAwait(false);
        if (_started != 0 && _nodes > 0) _file?.Write(_node.Save());
        await _timer.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private Task StartReceiving(IDatagramSocket socket) => socket is BlockingDatagramSocket
        ? Task.Factory.StartNew(() => ReceiveAsync(socket), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()
        : Task.Run(() => ReceiveAsync(socket));

    private async Task ReceiveAsync(IDatagramSocket socket)
    {
        var receiver = new DatagramReceiver(socket, KademliaNode.MaxReceivedBytes, _time, _log);
        await receiver.RunAsync((buffer, datagram) => _inputs.Writer.TryWrite(new DhtInput(
            buffer, datagram.Length, DhtEndPoint.From(datagram.Remote), null)), _stop.Token)
            .ConfigureAwait(false);
        // With the last one the other loop ends, too.
        if (Interlocked.Decrement(ref _receiving) == 0) _inputs.Writer.TryComplete();
    }

    private void EndAbandoned()
    {
        while (_abandoned.TryDequeue(out var call))
            if (_calls.Remove(call.Operation)) _node.Cancel(call.Operation);
    }

    private async Task RunAsync()
    {
        Exception ending = new ObjectDisposedException(nameof(DhtNode));
        try
        {
            var turns = 0;
            while (true)
            {
                var waiting = _inputs.Reader.WaitToReadAsync(_stop.Token);
                turns = waiting.IsCompleted ? turns + 1 : 0;
                if (!await waiting.ConfigureAwait(false)) break;
                if (turns >= MostTurnsInARow)
                {
                    turns = 0;
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }

                TakeInputs();
                EndAbandoned();
                _node.Tick(Now);
                // First: who is told that joining is done may look at once.
                Publish();
                TellCalls();
                await SendAsync().ConfigureAwait(false);
                SaveIfDue();
                Arm();
            }
        }
        catch (Exception error) when (error
            is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed.
        }
        catch (Exception error)
        {
            ending = error;
            DhtLog.NodeEnded(_log, error.Message);
            throw;
        }
        finally
        {
            _inputs.Writer.TryComplete();
            DrainInputs();
            foreach (var call in _calls.Values) call.Fail(ending);
            _calls.Clear();
        }
    }

    private void TakeInputs()
    {
        for (var i = 0; i < InputsPerFlush && _inputs.Reader.TryRead(out var input); i++)
        {
            if (input.Buffer is not null)
            {
                _node.Receive(input.Buffer.AsSpan(0, input.Length), input.From, Now);
                ArrayPool<byte>.Shared.Return(input.Buffer);
            }
            else
            {
                input.Request?.Invoke(Now);
            }
        }
    }

    /// <summary>Runs the requests that are left, so that their calls are known and fail.</summary>
    private void DrainInputs()
    {
        while (_inputs.Reader.TryRead(out var input))
        {
            if (input.Buffer is not null) ArrayPool<byte>.Shared.Return(input.Buffer);
            input.Request?.Invoke(Now);
        }
    }

    private void TellCalls()
    {
        while (_node.TryTake(out var e))
        {
            if (!_calls.TryGetValue(e.Operation, out var call)) continue;
            if (e.Kind == KademliaEventKind.Ended) _calls.Remove(e.Operation);
            call.Take(e);
        }
    }

    /// <summary>What others may ask for at any time.</summary>
    private void Publish()
    {
        Volatile.Write(ref _nodes, _node.RoutingTableSize);
        Volatile.Write(ref _infoHashes, _node.StoredInfoHashes);
        Volatile.Write(ref _peers, _node.StoredPeers);
        Volatile.Write(ref _items, _node.StoredItems);
        Volatile.Write(ref _queries, _node.PendingQueries);
        if (_id.Id != _node.Id) Volatile.Write(ref _id, new Box(_node.Id));
        var seenAt = (_node.ObservedEndPointOf(DhtFamilies.IPv4), _node.ObservedEndPointOf(DhtFamilies.IPv6));
        if (_seenAt == seenAt) return;
        _seenAt = seenAt;
        Volatile.Write(ref _observed, ToIPEndPoints(seenAt.Item1, seenAt.Item2));
    }

    private static IPEndPoint[] ToIPEndPoints(params IEnumerable<DhtEndPoint?> seenAt) =>
        [.. seenAt.OfType<DhtEndPoint>().Select(static one => one.ToIPEndPoint())];

    private void Restore()
    {
        if (_file?.Read() is not { Length: > 0 } saved) return;
        if (_node.TryRestore(saved, Now, out var error)) HasContacts = true;
        else _file.Refuse(error);
    }

    /// <summary>An empty table is not worth losing a full one for.</summary>
    private void SaveIfDue()
    {
        if (_file is null || Now < _nextSave) return;
        _nextSave = Now + SaveInterval;
        if (_nodes == 0 || !_writing.IsCompleted) return;
        var table = _node.Save();
        _writing = Task.Run(() => _file.Write(table));
    }

    private async ValueTask SendAsync()
    {
        while (_node.TryTransmit(_sendBuffer, out var length, out var to))
        {
            var remote = Cached(to);
            try
            {
                await SocketFor(remote).SendAsync(
                    _sendBuffer.AsMemory(0, length), remote, _stop.Token).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // Its owner disposed it, which the loop that receives tells; another may be left.
            }
        }
    }

    private IDatagramSocket SocketFor(IPEndPoint remote)
    {
        foreach (var socket in _sockets)
            if (socket.LocalEndPoint.AddressFamily == remote.AddressFamily) return socket;
        throw new InvalidOperationException("The node speaks a family that it has no socket for.");
    }

    private IPEndPoint Cached(DhtEndPoint endPoint)
    {
        if (_endPoints.TryGetValue(endPoint, out var known)) return known;
        if (_endPoints.Count >= MaxCachedEndPoints) _endPoints.Clear();
        known = endPoint.ToIPEndPoint();
        _endPoints.Add(endPoint, known);
        return known;
    }

    private void Arm()
    {
        if (_node.NextWakeUp is not { } due) return;
        // Rounded up: a timer that fires a moment early would spin.
        var wait = Math.Ceiling(Math.Max((due - Now).TotalMilliseconds, 1));
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    private sealed record Box(NodeId Id);
}
