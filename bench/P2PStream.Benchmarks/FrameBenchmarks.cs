using System.Buffers;
using BenchmarkDotNet.Attributes;
using P2PStream.Protocol;

namespace P2PStream.Benchmarks;

/// <summary>Reading and writing frames: a block's header, a small control frame, contiguous and cut
/// into the segments of a pipe.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private const int Frames = 64;
    private const int SegmentBytes = 4096;

    private readonly ArrayBufferWriter<byte> _output = new(1 << 21);
    private byte[] _scratch = [];
    private ReadOnlySequence<byte> _blocks;
    private ReadOnlySequence<byte> _blocksSplit;
    private ReadOnlySequence<byte> _requests;
    private ReadOnlySequence<byte> _requestsSplit;

    [GlobalSetup]
    public void Setup()
    {
        var block = new BlockId(new SegmentId(1, 2, 3), 0, 4);
        for (var i = 0u; i < Frames; i++)
        {
            DataFrame.WriteHead(_output, new DataHeader(1, i, block, ContentLimits.BlockBytes));
            _output.Advance(ContentLimits.BlockBytes);
        }

        (_blocks, _blocksSplit) = Sequences(SegmentBytes);
        for (var i = 0u; i < Frames; i++)
            new RequestFrame(i, block, 1, 1000).Write(_output, FrameType.Request, 1);
        (_requests, _requestsSplit) = Sequences(segment: 50);
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public long ReadBlocks() => Read(_blocks);

    [Benchmark(OperationsPerInvoke = Frames)]
    public long ReadBlocksSplit() => Read(_blocksSplit);

    [Benchmark(OperationsPerInvoke = Frames)]
    public long ReadRequests() => Read(_requests);

    [Benchmark(OperationsPerInvoke = Frames)]
    public long ReadRequestsSplit() => Read(_requestsSplit);

    [Benchmark(OperationsPerInvoke = Frames)]
    public int WriteRequests()
    {
        _output.ResetWrittenCount();
        var block = new BlockId(new SegmentId(1, 2, 3), 0, 4);
        for (var i = 0u; i < Frames; i++)
            new RequestFrame(i, block, 1, 1000).Write(_output, FrameType.Request, 1);
        return _output.WrittenCount;
    }

    private long Read(ReadOnlySequence<byte> buffer)
    {
        long sum = 0;
        while (true)
        {
            var status = FrameReader.TryRead(buffer, true, out var header, out var data);
            if (status == FrameStatus.Data)
            {
                sum += data.Request;
            }
            else if (status == FrameStatus.Control)
            {
                var frame = FrameReader.GetFrame(buffer, header, ref _scratch);
                if (RequestFrame.TryRead(frame.Payload, out var request)) sum += request.First;
            }
            else
            {
                return sum;
            }

            buffer = buffer.Slice(header.TotalLength);
        }
    }

    private (ReadOnlySequence<byte> Whole, ReadOnlySequence<byte> Split) Sequences(int segment)
    {
        var bytes = _output.WrittenSpan.ToArray();
        _output.ResetWrittenCount();
        var first = new Piece(bytes.AsMemory(0, segment), null);
        var last = first;
        for (var i = segment; i < bytes.Length; i += segment)
            last = new Piece(bytes.AsMemory(i, Math.Min(segment, bytes.Length - i)), last);
        return (
            new ReadOnlySequence<byte>(bytes),
            new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));
    }
}
