using System.Net;
using System.Net.Sockets;

namespace P2PStream.Transfer;

/// <summary>A TCP relay that holds every byte back by half a round trip each way, at any rate. A
/// connection takes a round trip to come about, as TCP's handshake would over such a path.</summary>
internal static class Relay
{
    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        var roundTrip = TimeSpan.FromMilliseconds(options.Number("roundTrip"));
        var target = IPEndPoint.Parse(options.Text("to"));
        using var listener = new TcpListener(IPAddress.Parse(options.Text("address")), 0);
        listener.Start();
        long carried = 0;
        console.Statistics = () => EndConsole.Number("carried", Interlocked.Read(ref carried));
        EndConsole.Say($"ready {listener.LocalEndpoint}");
        new Thread(() =>
        {
            while (true)
            {
                var near = listener.AcceptSocket();
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                far.Connect(target);
                near.NoDelay = far.NoDelay = true;
                void Count(int bytes) => Interlocked.Add(ref carried, bytes);
                new DelayedPipe(near, far, roundTrip / 2, Count).Start(roundTrip);
                new DelayedPipe(far, near, roundTrip / 2, Count).Start(roundTrip);
            }
        })
        { IsBackground = true }.Start();
        await console.QuitAsync();
        Environment.Exit(0);
    }
}
