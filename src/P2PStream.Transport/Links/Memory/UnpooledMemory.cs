using System.Buffers;

namespace P2PStream.Transport;

/// <summary>Memory that the garbage collector owns: a link may be disposed while its reader still
/// looks at a buffer, which must then not be somebody else's already.</summary>
internal sealed class UnpooledMemory : MemoryPool<byte>
{
    private UnpooledMemory() { }

    public static UnpooledMemory Instance { get; } = new();

    /// <summary>Larger requests fall back to the pipe's own arrays.</summary>
    public override int MaxBufferSize => 1024 * 1024;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) =>
        new Owner(new byte[Math.Max(minBufferSize, 1)]);

    protected override void Dispose(bool disposing) { }

    private sealed class Owner(byte[] memory) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => memory;

        public void Dispose() { }
    }
}
