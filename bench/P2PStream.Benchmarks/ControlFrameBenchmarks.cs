using System.Buffers;
using BenchmarkDotNet.Attributes;
using P2PStream.Protocol;

namespace P2PStream.Benchmarks;

/// <summary>Reading and writing each control frame: contiguous, and with every frame cut in
/// two.</summary>
[MemoryDiagnoser]
public class ControlFrameBenchmarks
{
    private const int Frames = 64;

    private readonly ArrayBufferWriter<byte> _output = new(1 << 20);
    private byte[] _scratch = [];
    private ReadOnlySequence<byte> _whole;
    private ReadOnlySequence<byte> _split;

    /// <summary>Every type but data, whose payload is placed and not read: see
    /// <see cref="FrameBenchmarks"/>.</summary>
    public static IEnumerable<FrameType> Types =>
        Enum.GetValues<FrameType>().Where(type => type != FrameType.Data);

    /// <summary>The frame.</summary>
    [ParamsSource(nameof(Types))]
    public FrameType Type { get; set; }

    /// <summary>Writes the frames and cuts them.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Write();
        var bytes = _output.WrittenSpan.ToArray();
        var frame = bytes.Length / Frames;
        _whole = new ReadOnlySequence<byte>(bytes);
        var first = new Piece(bytes.AsMemory(0, frame / 2), null);
        var last = first;
        for (var i = frame / 2; i < bytes.Length; i += frame)
            last = new Piece(bytes.AsMemory(i, Math.Min(frame, bytes.Length - i)), last);
        _split = new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        if (Read() != Frames || ReadSplit() != Frames)
            throw new InvalidOperationException($"{Type} is not read as it was written.");
    }

    /// <summary>From one piece of memory.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public int Read() => Read(_whole);

    /// <summary>Each lies in two pieces.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public int ReadSplit() => Read(_split);

    /// <summary>Into a buffer.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public int Write()
    {
        _output.ResetWrittenCount();
        for (var i = 0; i < Frames; i++) FrameSamples.Write(_output, Type);
        return _output.WrittenCount;
    }

    private int Read(ReadOnlySequence<byte> buffer)
    {
        // Hello is the first frame on a link, and only there.
        var afterHello = Type != FrameType.Hello;
        var count = 0;
        while (FrameReader.TryRead(buffer, afterHello, out var header, out _)
            == FrameStatus.Control)
        {
            if (FrameSamples.Read(FrameReader.GetFrame(buffer, header, ref _scratch))) count++;
            buffer = buffer.Slice(header.TotalLength);
        }

        return count;
    }
}
