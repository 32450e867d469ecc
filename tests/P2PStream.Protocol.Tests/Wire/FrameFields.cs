using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace P2PStream.Protocol.Tests;

/// <summary>Turns the fields of a vector into a frame and back, through the codecs.</summary>
internal static class FrameFields
{
    public static byte[] Encode(FrameType type, ushort channel, JsonObject f)
    {
        var output = new ArrayBufferWriter<byte>();
        switch (type)
        {
            case FrameType.Hello:
                new HelloFrame(
                    U16(f, "minimumVersion"),
                    U16(f, "maximumVersion"),
                    U32(f, "capabilities"),
                    U16(f, "listenPort"),
                    Nonce(f["nonce"]!.GetValue<string>())).Write(output);
                break;
            case FrameType.Goodbye:
                new GoodbyeFrame((SessionEndReason)U16(f, "reason")).Write(output);
                break;
            case FrameType.Ping or FrameType.Pong:
                new PingFrame(U64(f, "token")).Write(output, type);
                break;
            case FrameType.Open:
                var kind = (ChannelKind)U16(f, "kind");
                new OpenFrame(kind, U16(f, "credit"), new Hash256(Bytes(f, BodyOf(kind))))
                    .Write(output, channel);
                break;
            case FrameType.Accept:
                new AcceptFrame(
                    U16(f, "credit"), f.ContainsKey("tag") ? new Hash256(Bytes(f, "tag")) : null)
                    .Write(output, channel);
                break;
            case FrameType.Credit:
                new CreditFrame(U16(f, "credit")).Write(output, channel);
                break;
            case FrameType.Refuse:
                new RefuseFrame((RejectReason)U16(f, "reason")).Write(output, channel);
                break;
            case FrameType.RecordsWant:
                Range(f).Write(output, type, channel);
                break;
            case FrameType.LeavesWant:
                LeavesFrame.WriteWant(output, channel, Block(f));
                break;
            case FrameType.Leaves:
                byte[] leaves = [.. f["leaves"]!.AsArray()
                    .SelectMany(leaf => Convert.FromHexString(leaf!.GetValue<string>()))];
                LeavesFrame.Write(output, channel, Block(f), leaves);
                break;
            case FrameType.Records:
                RecordsFrame.Write(output, channel, Block(f).Segment, Bytes(f, "batch"));
                break;
            case FrameType.Interest:
                new InterestFrame(Block(f).Segment, U32(f, "count"), (InterestRole)U32(f, "role"))
                    .Write(output, channel);
                break;
            case FrameType.Request or FrameType.Subscribe:
                new RequestFrame(U32(f, "first"), Block(f), U16(f, "count"), U32(f, "deadline"))
                    .Write(output, type, channel);
                break;
            case FrameType.Cancel:
                new CancelFrame(U32(f, "first"), U16(f, "count")).Write(output, channel);
                break;
            case FrameType.Reject:
                new RejectFrame(
                    U32(f, "first"), U16(f, "count"), (RejectReason)U16(f, "reason"))
                    .Write(output, channel);
                break;
            case FrameType.Data:
                var payload = Bytes(f, "payload");
                DataFrame.WriteHead(output, new DataHeader(
                    channel, U32(f, "request"), Block(f), payload.Length));
                output.Write(payload);
                break;
            default:
                FrameWriter.Write(output, type, channel, EncodePayload(type, f));
                break;
        }

        return output.WrittenSpan.ToArray();
    }

    public static JsonObject Decode(in Frame frame)
    {
        var payload = frame.Payload;
        switch (frame.Type)
        {
            case FrameType.Hello:
                Assert.Equal(Violation.None, HelloFrame.Read(payload, out var hello));
                return new JsonObject
                {
                    ["minimumVersion"] = hello.MinimumVersion,
                    ["maximumVersion"] = hello.MaximumVersion,
                    ["capabilities"] = hello.Capabilities,
                    ["listenPort"] = hello.ListenPort,
                    ["nonce"] = Hex(payload[20..36]),
                };
            case FrameType.Goodbye:
                Assert.True(GoodbyeFrame.TryRead(payload, out var goodbye));
                return new JsonObject { ["reason"] = (int)goodbye.Reason };
            case FrameType.Ping or FrameType.Pong:
                Assert.True(PingFrame.TryRead(payload, out var ping));
                return new JsonObject { ["token"] = Text(ping.Token) };
            case FrameType.Open:
                Assert.True(OpenFrame.TryRead(payload, out var open));
                return new JsonObject
                {
                    ["kind"] = (int)open.Kind,
                    ["credit"] = open.Credit,
                    [BodyOf(open.Kind)] = open.Body.ToString(),
                };
            case FrameType.Accept:
                Assert.True(AcceptFrame.TryRead(payload, out var accept));
                var accepted = new JsonObject { ["credit"] = accept.Credit };
                if (accept.Tag is { } tag) accepted["tag"] = tag.ToString();
                return accepted;
            case FrameType.Credit:
                Assert.True(CreditFrame.TryRead(payload, out var credit));
                return new JsonObject { ["credit"] = credit.Credit };
            case FrameType.Refuse:
                Assert.True(RefuseFrame.TryRead(payload, out var refuse));
                return new JsonObject { ["reason"] = (int)refuse.Reason };
            case FrameType.RecordsWant:
                Assert.True(SegmentRange.TryRead(payload, out var wanted));
                return Fields(wanted);
            case FrameType.LeavesWant or FrameType.Leaves:
                return DecodeLeaves(frame);
            case FrameType.Records:
                Assert.True(RecordsFrame.TryRead(payload, out var first, out var batch));
                return new JsonObject
                {
                    ["epoch"] = first.Epoch,
                    ["sequence"] = Text(first.Sequence),
                    ["track"] = first.Track,
                    ["batch"] = Hex(batch),
                };
            case FrameType.Interest:
                Assert.True(InterestFrame.TryRead(payload, out var interest));
                var fields = Fields(new SegmentRange(interest.First, interest.Count));
                fields["role"] = (int)interest.Role;
                return fields;
            default:
                return DecodeMore(frame);
        }
    }

    private static JsonObject DecodeMore(in Frame frame)
    {
        var payload = frame.Payload;
        switch (frame.Type)
        {
            case FrameType.Request or FrameType.Subscribe:
                Assert.True(RequestFrame.TryRead(payload, out var request));
                var fields = Fields(request.Block);
                fields["first"] = request.First;
                fields["count"] = request.Count;
                fields["deadline"] = request.Deadline;
                return fields;
            case FrameType.Cancel:
                Assert.True(CancelFrame.TryRead(payload, out var cancel));
                return new JsonObject { ["first"] = cancel.First, ["count"] = cancel.Count };
            case FrameType.Reject:
                Assert.True(RejectFrame.TryRead(payload, out var reject));
                return new JsonObject
                {
                    ["first"] = reject.First,
                    ["count"] = reject.Count,
                    ["reason"] = (int)reject.Reason,
                };
            case FrameType.Peers:
                Assert.True(PeerList.TryDecode(payload, out var peers));
                return new JsonObject
                {
                    ["peers"] = new JsonArray([.. peers!.Select(peer => new JsonObject
                    {
                        ["age"] = peer.Age, ["tag"] = peer.Tag, ["value"] = peer.Value,
                    })]),
                };
            case FrameType.Have or FrameType.Drop or FrameType.HaveBlocks:
                return DecodeRanges(frame);
            case FrameType.Data:
                Assert.True(DataFrame.TryRead(frame.Header, payload, out var data));
                var block = Fields(data.Block);
                block["request"] = data.Request;
                block["payload"] = Hex(payload[DataFrame.HeadSize..]);
                return block;
            case FrameType.Authority:
                return new JsonObject { ["payload"] = Hex(payload) };
            default:
                Assert.Equal(0, payload.Length);
                return [];
        }
    }

    private static byte[] EncodePayload(FrameType type, JsonObject f)
    {
        var ranges = f["ranges"]?.AsArray() ?? [];
        switch (type)
        {
            case FrameType.Have or FrameType.Drop:
                var segments = new byte[ranges.Count * SegmentRange.Size];
                for (var i = 0; i < ranges.Count; i++)
                    Range(ranges[i]!.AsObject()).WriteTo(segments.AsSpan(i * SegmentRange.Size));
                return segments;
            case FrameType.HaveBlocks:
                var blocks = new byte[ranges.Count * BlockRange.Size];
                for (var i = 0; i < ranges.Count; i++)
                    new BlockRange(Block(ranges[i]!.AsObject()), U16(ranges[i]!.AsObject(), "count"))
                        .WriteTo(blocks.AsSpan(i * BlockRange.Size));
                return blocks;
            case FrameType.Peers:
                return PeerList.Encode([.. f["peers"]!.AsArray().Select(peer => new PeerAddress(
                    peer!["tag"]!.GetValue<string>(),
                    peer["value"]!.GetValue<string>(),
                    U16(peer.AsObject(), "age")))]);
            default:
                return f.ContainsKey("payload") ? Bytes(f, "payload") : [];
        }
    }

    private static JsonObject DecodeLeaves(in Frame frame)
    {
        Assert.True(LeavesFrame.TryRead(frame.Payload, out var part, out var leaves));
        var fields = Fields(part);
        fields.Remove("index");
        if (frame.Type == FrameType.LeavesWant) return fields;
        var list = new JsonArray();
        for (var i = 0; i < leaves.Length; i += Hash256.Size)
            list.Add(Hex(leaves.Slice(i, Hash256.Size)));
        fields["leaves"] = list;
        return fields;
    }

    private static JsonObject DecodeRanges(in Frame frame)
    {
        var list = new JsonArray();
        var size = frame.Type == FrameType.HaveBlocks ? BlockRange.Size : SegmentRange.Size;
        for (var rest = frame.Payload; rest.Length > 0; rest = rest[size..])
        {
            if (frame.Type == FrameType.HaveBlocks)
            {
                Assert.True(BlockRange.TryRead(rest, out var blocks));
                var fields = Fields(blocks.First);
                fields["count"] = blocks.Count;
                list.Add(fields);
            }
            else
            {
                Assert.True(SegmentRange.TryRead(rest, out var segments));
                list.Add(Fields(segments));
            }
        }

        return new JsonObject { ["ranges"] = list };
    }

    private static JsonObject Fields(in SegmentRange range)
    {
        var fields = Fields(new BlockId(range.First, 0, 0));
        fields.Remove("part");
        fields.Remove("index");
        fields["count"] = range.Count;
        return fields;
    }

    private static JsonObject Fields(in BlockId block) => new()
    {
        ["epoch"] = block.Segment.Epoch,
        ["sequence"] = Text(block.Segment.Sequence),
        ["track"] = block.Segment.Track,
        ["part"] = block.Part,
        ["index"] = block.Index,
    };

    private static SegmentRange Range(JsonObject f) => new(Block(f).Segment, U32(f, "count"));

    private static BlockId Block(JsonObject f) => new(
        new SegmentId(U32(f, "epoch"), U16(f, "track"), U64(f, "sequence")),
        f.ContainsKey("part") ? U16(f, "part") : (ushort)0,
        f.ContainsKey("index") ? U16(f, "index") : (ushort)0);

    private static UInt128 Nonce(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Array.Reverse(bytes);
        return UInt128.Parse(
            Convert.ToHexString(bytes), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static ushort U16(JsonObject f, string name) => checked((ushort)U32(f, name));

    private static uint U32(JsonObject f, string name) => (uint)f[name]!.GetValue<long>();

    private static ulong U64(JsonObject f, string name) =>
        ulong.Parse(f[name]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private static byte[] Bytes(JsonObject f, string name) =>
        Convert.FromHexString(f[name]!.GetValue<string>());

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string BodyOf(ChannelKind kind) =>
        kind == ChannelKind.SecretStream ? "tag" : "stream";
}
