using System.Text.Json.Nodes;

namespace P2PStream.Protocol.Tests;

/// <summary>The golden frames, checked both ways.</summary>
public sealed class VectorTests
{
    public static TheoryData<int> Frames => [.. Enumerable.Range(0, FrameVector.All.Count)];

    public static TheoryData<int> Invalid => [.. Enumerable.Range(0, InvalidVector.All.Count)];

    [Fact]
    public void Every_frame_type_has_a_vector_under_its_name()
    {
        Assert.Equal(
            FrameTable.All.Select(row => (row.Type, row.Name)),
            FrameVector.All.Select(vector => (vector.Type, vector.Name)).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Fields_become_the_bytes(int index)
    {
        var vector = FrameVector.All[index];
        var bytes = FrameFields.Encode(vector.Type, vector.Channel, vector.Fields);
        Assert.Equal(vector.Hex, Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Bytes_become_the_fields(int index)
    {
        var vector = FrameVector.All[index];
        var bytes = vector.Bytes;
        var header = FrameHeader.Read(bytes);
        Assert.Equal((vector.Type, vector.Channel), (header.Type, header.Channel));
        Assert.Equal(bytes.Length, header.TotalLength);
        var fields = FrameFields.Decode(new Frame(header, bytes.AsSpan(FrameHeader.Size)));
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(fields.ToJsonString()), vector.Fields),
            fields.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_bytes_end_a_session_with_the_violation_named(int index)
    {
        var vector = InvalidVector.All[index];
        using var pair = new Pair();
        if (vector.AfterHello) pair.OpenChannel();
        pair.B.Feed(vector.Bytes, pair.Now);
        Assert.Equal(vector.Violation, pair.B.Session.Violation.ToString());
        Assert.Equal(
            (uint)SessionEndReason.ProtocolViolation, pair.B.Single(SessionEventKind.Ended).Value);

        var farewell = pair.B.Transmit(pair.Now);
        Assert.Equal([1, 0, 0, 0, 2, 0, 0, 0, 2], farewell[^9..]);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void The_violation_does_not_depend_on_where_bytes_are_split(int index)
    {
        var vector = InvalidVector.All[index];
        using var pair = new Pair();
        if (vector.AfterHello) pair.OpenChannel();
        foreach (var one in vector.Bytes) pair.B.Feed([one], pair.Now);
        Assert.Equal(vector.Violation, pair.B.Session.Violation.ToString());
    }
}
