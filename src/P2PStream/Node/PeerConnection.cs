using System.Net;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>
/// One link to one node, and the streams that share it. Routes the session's events to the stream
/// whose channel they came on.
/// </summary>
internal sealed class PeerConnection : ISessionObserver, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, PeerChannel> _channels = [];
    private readonly StreamNode _node;
    private readonly LinkPump _pump;
    private readonly TransportAddress? _dialled;

    /// <summary>The streams that have been told something and not yet been woken; of whoever
    /// delivers.</summary>
    private readonly List<StreamRuntime> _told = [];
    private DialAddress? _listens;
    private bool _ended;
    private long _usefulBytes;

    /// <param name="node">Whose link it is.</param>
    /// <param name="number">Names it at its node.</param>
    /// <param name="link">The link.</param>
    /// <param name="dialled">Where this node dialled; null for a link that it accepted.</param>
    public PeerConnection(
        StreamNode node, long number, ILink link, TransportAddress? dialled)
    {
        Number = number;
        _node = node;
        _dialled = dialled;
        Info = link.Info;
        if (dialled is { } address) _listens = new DialAddress(address.Tag, address.Value);
        _pump = node.NewPump(link, this);
    }

    public long Number { get; }

    public LinkInfo Info { get; }

    public PeerId Remote => Info.Remote;

    public TimeSpan SetupTime => Info.SetupTime;

    /// <summary>Where this node dialled; null for a link that it accepted.</summary>
    public TransportAddress? Dialled => _dialled;

    /// <summary>Bytes of blocks that it has carried, either way.</summary>
    public long UsefulBytes => Interlocked.Read(ref _usefulBytes);

    /// <summary>Streams that share it now.</summary>
    public int ChannelCount
    {
        get
        {
            lock (_lock) return _channels.Count;
        }
    }

    /// <summary>Ends a link that never ran.</summary>
    public ValueTask DisposeAsync() => _pump.DisposeAsync();

    public Task RunAsync(CancellationToken cancellationToken) => _pump.RunAsync(cancellationToken);

    public void Post(in SessionCommand command) => _pump.Post(command);

    public void PostAll(ReadOnlySpan<SessionCommand> commands) => _pump.PostAll(commands);

    /// <summary>Opens a channel for a stream, unless there is one, and waits until the stream may be told of
    /// it.</summary>
    /// <returns>Null when the link has ended, or the stream has a secret and the remote has it not.</returns>
    public async Task<PeerChannel?> OpenAsync(StreamRuntime runtime) =>
        Open(runtime) is { } channel && await channel.Joining ? channel : null;

    /// <summary>Says goodbye; the pump ends when it is said.</summary>
    public void Goodbye(SessionEndReason reason) => Post(new SessionCommand
    {
        Kind = SessionCommandKind.Goodbye,
        Value = (uint)reason,
    });

    /// <summary>The remote has not said whether it has the stream: it is asked no more.</summary>
    public void CloseUnanswered(StreamRuntime runtime)
    {
        bool isAnswered;
        lock (_lock) isAnswered = Find(runtime) is not { Joining.IsCompleted: false };
        if (!isAnswered) Close(runtime);
    }

    /// <summary>A stream has ended at this node: its channel is closed, the link stays.</summary>
    public void Close(StreamRuntime runtime)
    {
        PeerChannel? channel;
        lock (_lock)
        {
            channel = Find(runtime);
            if (channel is null) return;
            channel.End();
            _channels.Remove(channel.Number);
        }

        Post(new SessionCommand
        {
            Kind = SessionCommandKind.CloseChannel,
            Channel = channel.Number,
        });
    }

    public async ValueTask OnEventAsync(SessionEvent sessionEvent, CancellationToken cancellationToken)
    {
        if (sessionEvent.Kind == SessionEventKind.BlockArrived)
            Interlocked.Add(ref _usefulBytes, sessionEvent.Lease!.Length);
        else if (sessionEvent.Kind == SessionEventKind.BlockServed)
            Interlocked.Add(ref _usefulBytes, sessionEvent.Count);
        switch (sessionEvent.Kind)
        {
            case SessionEventKind.Established: OnEstablished((int)sessionEvent.Value); break;
            case SessionEventKind.ChannelOpening: OnOpening(sessionEvent); break;
            case SessionEventKind.ChannelAccepted:
                Find(sessionEvent.Channel)?.Join(_listens);
                break;
            case SessionEventKind.ChannelRefused:
            case SessionEventKind.ChannelClosed: Leave(sessionEvent.Channel); break;
            case SessionEventKind.Ended: OnEnded(); break;
            case SessionEventKind.RoundTrip when sessionEvent.Channel == 0:
                await ToAllAsync(sessionEvent, cancellationToken);
                break;
            default:
                if (Find(sessionEvent.Channel) is { } channel)
                    await TellAsync(channel, sessionEvent, cancellationToken);
                else sessionEvent.Lease?.Release();
                break;
        }
    }

    public void OnToldAll()
    {
        foreach (var runtime in _told) runtime.Wake();
        _told.Clear();
    }

    private PeerChannel? Open(StreamRuntime runtime)
    {
        lock (_lock)
        {
            if (_ended) return null;
            if (Find(runtime) is { } known) return known;
            var channel = new PeerChannel(this, _pump.NextChannel(), runtime);
            _channels.Add(channel.Number, channel);
            Post(new SessionCommand
            {
                Kind = SessionCommandKind.OpenChannel,
                Channel = channel.Number,
                Stream = runtime.Options.Stream,
                Payload = SecretTags.ToOpen(runtime, _node.Id, Remote),
            });
            // Who has a secret says nothing to others before they have shown that they have it.
            if (runtime.Secret is null) channel.Join(_listens);
            return channel;
        }
    }

    private ValueTask TellAsync(
        PeerChannel channel, in SessionEvent e, CancellationToken cancellationToken)
    {
        if (!_told.Contains(channel.Runtime)) _told.Add(channel.Runtime);
        return channel.Runtime.OnEventAsync(channel.Peer, e, cancellationToken);
    }

    private PeerChannel? Find(ushort number)
    {
        lock (_lock) return _channels.GetValueOrDefault(number);
    }

    private PeerChannel? Find(StreamRuntime runtime)
    {
        foreach (var channel in _channels.Values)
            if (channel.Runtime == runtime) return channel;
        return null;
    }

    /// <summary>Who was accepted listens at the address it came from, at the port it names.</summary>
    private void OnEstablished(int port)
    {
        if (_dialled is not null || port == 0) return;
        if (IPEndPoint.TryParse(Info.RemoteAddress.Value, out var remote))
            _listens = new DialAddress(
                Info.RemoteAddress.Tag, new IPEndPoint(remote.Address, port).ToString());
    }

    private void OnOpening(in SessionEvent e)
    {
        var runtime = e.Payload.IsEmpty
            ? _node.FindOpenStream(e.Stream)
            : _node.FindSecretStream(e.Payload.Span, opener: Remote);
        PeerChannel? own = null;
        lock (_lock)
        {
            if (runtime is not null) own = Find(runtime);
            // Both ends opened one for the same stream: the dialler's holds.
            if (runtime is null || _ended || (own is not null && Info.IsInitiator))
            {
                Refuse(e.Channel);
                return;
            }

            if (own is not null)
            {
                _channels.Remove(own.Number);
                Leave(own);
            }

            var channel = new PeerChannel(this, e.Channel, runtime);
            _channels[e.Channel] = channel;
            Post(new SessionCommand
            {
                Kind = SessionCommandKind.AcceptChannel,
                Channel = e.Channel,
                Stream = runtime.Options.Stream,
                Payload = SecretTags.ToAccept(runtime, Remote, _node.Id),
            });
            channel.Join(_listens);
        }
    }

    private void Refuse(ushort channel) => Post(new SessionCommand
    {
        Kind = SessionCommandKind.RefuseChannel,
        Channel = channel,
        Value = (uint)RejectReason.NotAvailable,
    });

    private void OnEnded()
    {
        PeerChannel[] channels;
        lock (_lock)
        {
            _ended = true;
            channels = [.. _channels.Values];
            _channels.Clear();
        }

        foreach (var channel in channels) Leave(channel);
    }

    private void Leave(ushort number)
    {
        PeerChannel? channel;
        lock (_lock) _channels.Remove(number, out channel);
        if (channel is not null) Leave(channel);
    }

    private static void Leave(PeerChannel channel)
    {
        channel.End();
        channel.Runtime.Leave(channel.Peer);
    }

    private async ValueTask ToAllAsync(SessionEvent e, CancellationToken cancellationToken)
    {
        PeerChannel[] channels;
        lock (_lock) channels = [.. _channels.Values];
        foreach (var channel in channels)
            await TellAsync(channel, e, cancellationToken);
    }
}
