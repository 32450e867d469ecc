using System.Collections.Concurrent;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>Accepts links, and every channel of a stream with a secret, which it does not have; keeps what it
/// is told until it is found out.</summary>
internal sealed class Impostor : ISessionObserver, IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILinkListener _listener;
    private readonly bool _answers;
    private readonly Task _running;
    private LinkPump? _pump;

    private Impostor(ILinkListener listener, bool answers)
    {
        _listener = listener;
        _answers = answers;
        _running = RunAsync();
    }

    public string Address => _listener.LocalAddress.Value;

    public ConcurrentQueue<SessionEvent> Events { get; } = new();

    /// <param name="network">Where it is.</param>
    /// <param name="answers">False to leave channels without an answer.</param>
    public static async Task<Impostor> StartAsync(MemoryNetwork network, bool answers = true)
    {
        var options = Nodes.Memory(network);
        return new Impostor(await options.Transport!.ListenAsync(
            options.TransportListen!.Value, TestContext.Current.CancellationToken), answers);
    }

    public ValueTask OnEventAsync(SessionEvent sessionEvent, CancellationToken cancellationToken)
    {
        Events.Enqueue(sessionEvent);
        if (_answers && sessionEvent.Kind == SessionEventKind.ChannelOpening)
        {
            _pump!.Post(new SessionCommand
            {
                Kind = SessionCommandKind.AcceptChannel,
                Channel = sessionEvent.Channel,
                Payload = new byte[Hash256.Size],
            });
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var link = await _listener.AcceptAsync(_stopping.Token);
        _pump = new LinkPump(link!, new PeerSession(new SessionOptions
        {
            IsInitiator = false,
            Nonce = 1,
            ListenPort = 0,
            Started = LinkPump.Now(TimeProvider.System),
        }), TimeProvider.System, this);
        await _pump.RunAsync(_stopping.Token);
    }
}
