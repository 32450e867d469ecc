using System.Buffers;

namespace P2PStream.Protocol.Tests;

/// <summary>The reader finds the same wherever the bytes are cut, and waits for nothing oversized.</summary>
public sealed class FrameReaderTests
{
    public static TheoryData<int> Frames => [.. Enumerable.Range(0, FrameVector.All.Count)];

    [Theory]
    [MemberData(nameof(Frames))]
    public void Every_split_reads_alike(int index)
    {
        var vector = FrameVector.All[index];
        var whole = Read(new ReadOnlySequence<byte>(vector.Bytes), out var payload);
        Assert.Equal(
            vector.Type == FrameType.Data ? FrameStatus.Data : FrameStatus.Control, whole.Status);
        for (var size = 1; size < vector.Bytes.Length; size++)
        {
            var split = Read(SplitBytes.Every(vector.Bytes, size), out var joined);
            Assert.Equal(whole, split);
            Assert.Equal(payload, joined);
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Every_prefix_needs_more(int index)
    {
        var vector = FrameVector.All[index];
        var enough = vector.Type == FrameType.Data ? FrameReader.DataPrefix : vector.Bytes.Length;
        for (var length = 0; length < enough; length++)
        {
            var prefix = new ReadOnlySequence<byte>(vector.Bytes, 0, length);
            Assert.Equal(FrameStatus.NeedMore, Read(prefix, out _).Status);
        }
    }

    [Fact]
    public void A_length_is_judged_when_eight_bytes_are_there()
    {
        foreach (var row in FrameTable.All)
        {
            var channel = row.Level == FrameLevel.Link ? (ushort)0 : (ushort)1;
            Assert.NotEqual(FrameStatus.Violation, Judge(row.MinimumLength));
            Assert.NotEqual(FrameStatus.Violation, Judge(row.MaximumLength));
            Assert.Equal(FrameStatus.Violation, Judge(row.MaximumLength + 1));
            if (row.MinimumLength > 0)
                Assert.Equal(FrameStatus.Violation, Judge(row.MinimumLength - 1));

            FrameStatus Judge(int length)
            {
                var bytes = new byte[FrameHeader.Size];
                new FrameHeader((uint)length, row.Type, FrameFlags.None, channel).Write(bytes);
                return Read(new ReadOnlySequence<byte>(bytes), out _).Status;
            }
        }
    }

    [Fact]
    public void An_unknown_type_that_may_be_ignored_is_a_control_frame()
    {
        byte[] bytes = [2, 0, 0, 0, 200, 0x80, 7, 0, 0xAA, 0xBB];
        var read = Read(new ReadOnlySequence<byte>(bytes), out var payload);
        Assert.Equal(FrameStatus.Control, read.Status);
        Assert.Equal([0xAA, 0xBB], payload);
    }

    [Fact]
    public void Nothing_but_a_hello_is_waited_for_before_the_hello()
    {
        var header = new byte[FrameHeader.Size];
        new FrameHeader(100_000, FrameType.Authority, FrameFlags.None, 1).Write(header);
        var status = FrameReader.TryRead(
            new ReadOnlySequence<byte>(header), afterHello: false, out _, out _);
        Assert.Equal(FrameStatus.Violation, status);
    }

    [Fact]
    public void No_control_frame_is_larger_than_the_largest_records()
    {
        Assert.All(FrameTable.All, row => Assert.True(
            row.MaximumLength <= RecordsFrame.HeadSize + WireLimits.RecordsBytes
            && row.MinimumLength <= row.MaximumLength));
        Assert.Equal(
            FrameTable.All.Select(row => row.Type).Order(), Enum.GetValues<FrameType>());
    }

    private static (FrameStatus Status, FrameHeader Header, DataHeader Data) Read(
        in ReadOnlySequence<byte> buffer, out byte[] payload)
    {
        var status = FrameReader.TryRead(buffer, true, out var header, out var data);
        byte[] scratch = [];
        payload = status == FrameStatus.Control
            ? FrameReader.GetFrame(buffer, header, ref scratch).Payload.ToArray()
            : [];
        return (status, header, data);
    }
}
