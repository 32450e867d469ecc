using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace P2PStream.Transport.Tests;

/// <summary>A Linux network namespace of another process. A socket stays where it was made, whichever
/// thread uses it later: so ours are made on a thread that goes there.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;

    private readonly SafeFileHandle _handle;

    private NetworkNamespace(SafeFileHandle handle) => _handle = handle;

    /// <summary>Null where one can be made and entered; else why not.</summary>
    public static string? Missing =>
        !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess
            ? "needs root on Linux: it makes a network namespace"
            : null;

    public static NetworkNamespace Of(Process process) =>
        new(File.OpenHandle($"/proc/{process.Id}/ns/net"));

    /// <summary>Runs something there, on a thread of its own.</summary>
    public T Run<T>(Func<T> action)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (SetNamespace((int)_handle.DangerousGetHandle(), CloneNewNet) != 0)
                    throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
                result = action();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException(failure.Message, failure);
    }

    public void Dispose() => _handle.Dispose();

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(int handle, int kind);
}
