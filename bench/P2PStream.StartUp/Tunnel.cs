using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace P2PStream.StartUp;

/// <summary>A Linux tun device: IP packets that the kernel sends come out of it, and go in.</summary>
internal sealed partial class Tunnel : IDisposable
{
    private const int ReadWrite = 2;
    private const nuint SetInterface = 0x400454ca; // TUNSETIFF of linux/if_tun.h
    private const short PlainPackets = 0x1001; // IFF_TUN | IFF_NO_PI
    private const int RequestBytes = 40; // struct ifreq
    private const int NameBytes = 16; // IFNAMSIZ

    private readonly SafeFileHandle _file;

    public Tunnel(string name)
    {
        _file = new SafeFileHandle(Open("/dev/net/tun", ReadWrite), ownsHandle: true);
        if (_file.IsInvalid) throw new IOException("cannot open /dev/net/tun");
        var request = new byte[RequestBytes];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(NameBytes), PlainPackets);
        if (Control(_file, SetInterface, request) < 0)
            throw new IOException($"cannot make the device {name}");
    }

    /// <summary>Waits for a packet.</summary>
    /// <returns>Its length in bytes; 0 or less at the end.</returns>
    public int Read(byte[] packet) => (int)Read(_file, packet, (nuint)packet.Length);

    public void Write(byte[] packet, int length) => Write(_file, packet, (nuint)length);

    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeFileHandle file, nuint request, byte[] argument);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeFileHandle file, [Out] byte[] buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle file, byte[] buffer, nuint length);
}
