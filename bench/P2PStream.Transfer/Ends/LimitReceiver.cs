using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace P2PStream.Transfer;

/// <summary>The bare receiver: reads blocks of 16 KiB and hashes each, on the reading thread or, with
/// hash=other, on another one while the next is read. Settings for experiments: header=BYTES before
/// each block, receive=BYTES read ahead from the socket.</summary>
internal static class LimitReceiver
{
    private const int BlockBytes = 16 * 1024;

    /// <summary>Blocks on their way to the hashing thread, at most.</summary>
    private const int Ahead = 64;

    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        EndConsole.Say("ready -");
        var from = IPEndPoint.Parse((await console.GoAsync())[0]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(from);
        Stream stream = new BufferedEnds(
            new NetworkStream(socket), sendBytes: 0, (int)options.Number("receive"));
        if (options.Text("secure", "1") == "1")
        {
            var tls = new SslStream(stream, false, static (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "limit",
            });
            stream = tls;
        }

        var size = options.Number("size");
        if (options.Text("hash") == "other") await HashElsewhereAsync(stream, size);
        else await HashHereAsync(stream, size, new byte[options.Number("header")]);
        EndConsole.Say("done");
        await console.QuitAsync();
    }

    private static async Task HashHereAsync(Stream stream, long size, byte[] header)
    {
        var block = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
        var digest = new byte[SHA256.HashSizeInBytes];
        for (long got = 0; got < size; got += BlockBytes)
        {
            var length = (int)Math.Min(BlockBytes, size - got);
            if (header.Length > 0) await stream.ReadExactlyAsync(header);
            await stream.ReadExactlyAsync(block.AsMemory(0, length));
            if (got == 0) EndConsole.Say("first");
            SHA256.HashData(block.AsSpan(0, length), digest);
        }
    }

    private static async Task HashElsewhereAsync(Stream stream, long size)
    {
        var free = System.Threading.Channels.Channel.CreateBounded<byte[]>(Ahead);
        var full = System.Threading.Channels.Channel.CreateBounded<(byte[], int)>(Ahead);
        for (var i = 0; i < Ahead; i++)
            free.Writer.TryWrite(GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));
        var hashing = Task.Run(async () =>
        {
            var digest = new byte[SHA256.HashSizeInBytes];
            await foreach (var (block, length) in full.Reader.ReadAllAsync())
            {
                SHA256.HashData(block.AsSpan(0, length), digest);
                await free.Writer.WriteAsync(block);
            }
        });
        for (long got = 0; got < size; got += BlockBytes)
        {
            var length = (int)Math.Min(BlockBytes, size - got);
            var block = await free.Reader.ReadAsync();
            await stream.ReadExactlyAsync(block.AsMemory(0, length));
            if (got == 0) EndConsole.Say("first");
            await full.Writer.WriteAsync((block, length));
        }

        full.Writer.Complete();
        await hashing;
    }
}
