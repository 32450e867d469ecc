using BenchmarkDotNet.Attributes;
using P2PStream.Protocol;

namespace P2PStream.Benchmarks;

/// <summary>One block written to a store, and read from it: memory, and disk with its pages cached by
/// the system.</summary>
[MemoryDiagnoser]
public class StoreBenchmarks
{
    private const int Segments = 64;
    private const int BlocksEach = 64;
    private const long CapacityBytes = 256L << 20;

    private readonly byte[] _block = new byte[ContentLimits.BlockBytes];
    private readonly byte[] _place = new byte[ContentLimits.BlockBytes];
    private DirectoryInfo? _folder;
    private IBlockStore _store = null!;
    private int _next;

    /// <summary>True for the one on disk.</summary>
    [Params(false, true)]
    public bool OnDisk { get; set; }

    /// <summary>Fills 64 MiB.</summary>
    [GlobalSetup]
    public async Task SetupAsync()
    {
        if (OnDisk) _folder = Directory.CreateTempSubdirectory("p2pstream-bench-");
        _store = _folder is null
            ? new MemoryBlockStore(CapacityBytes)
            : DiskBlockStore.Open(_folder.FullName, CapacityBytes);
        new Random(1).NextBytes(_block);
        for (var i = 0; i < Segments * BlocksEach; i++)
            if (!await WriteAsync()) throw new InvalidOperationException("The store is full.");
    }

    /// <summary>Removes it.</summary>
    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _store.DisposeAsync();
        _folder?.Delete(recursive: true);
    }

    /// <summary>A block that the store has already: its bytes are written again.</summary>
    [Benchmark]
    public ValueTask<bool> WriteAsync() => _store.TryWriteAsync(Next(), _block, default);

    /// <summary>A block that it has, checked where the store checks.</summary>
    [Benchmark]
    public async ValueTask ReadAsync()
    {
        if (!await _store.TryReadAsync(Next(), _place, default))
            throw new InvalidOperationException("The store has lost a block.");
    }

    private BlockId Next()
    {
        var number = _next++ % (Segments * BlocksEach);
        return new BlockId(
            new SegmentId(1, 0, (ulong)(number / BlocksEach)), 0, (ushort)(number % BlocksEach));
    }
}
