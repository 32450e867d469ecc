namespace P2PStream.Protocol.Tests;

/// <summary>The owner of one end in a <see cref="RandomWalk"/>: asks, answers, takes back, closes, and
/// keeps the books.</summary>
internal sealed class Owner(SessionEnd end)
{
    private readonly Dictionary<uint, Asked> _asked = [];
    private readonly List<(ushort Channel, uint Request, BlockId Block)> _toServe = [];
    private readonly List<ushort> _open = [];
    private int _read;
    private uint _nextRequest = uint.MaxValue - 5;
    private int _served;
    private int _reported;

    public SessionEnd End => end;

    /// <summary>From now on answers everything and starts nothing.</summary>
    public bool IsSettling { get; set; }

    public int Arrived { get; private set; }

    public static int LengthOf(in BlockId block) =>
        block.Index % 5 == 0 ? 1 + block.Index : ContentLimits.BlockBytes;

    public void Act(Random random, Pair pair)
    {
        var channel = _open.Count > 0 ? _open[random.Next(_open.Count)] : (ushort)0;
        switch (random.Next(channel == 0 ? 1 : 12))
        {
            case 0 when _open.Count < 4:
                channel = end.Session.NextChannel();
                pair.Do(end, new SessionCommand
                {
                    Kind = SessionCommandKind.OpenChannel, Channel = channel, Stream = Pair.StreamId,
                });
                _open.Add(channel);
                break;
            case 1 when random.Next(8) == 0:
                pair.Do(end, new SessionCommand
                {
                    Kind = SessionCommandKind.CloseChannel, Channel = channel,
                });
                Forget(channel);
                break;
            case 2 or 3:
                if (_asked.Count == 0) return;
                var (id, asked) = _asked.ElementAt(random.Next(_asked.Count));
                pair.Cancel(end, asked.Channel, id);
                _asked.Remove(id);
                break;
            case 4 or 5:
                pair.Do(end, new SessionCommand
                {
                    Kind = random.Next(2) == 0
                        ? SessionCommandKind.HaveBlocks : SessionCommandKind.HaveSegments,
                    Channel = channel,
                    Block = Pair.Block(random.Next(4000)),
                    Count = (uint)random.Next(1, 90),
                });
                break;
            default:
                Ask(random, pair, channel);
                break;
        }
    }

    public void Answer(Random random, Pair pair)
    {
        for (; _read < end.Events.Count; _read++) Take(end.Events[_read], random, pair);
        if (!IsSettling && random.Next(3) != 0) return;
        while (_toServe.Count > 0)
        {
            var at = random.Next(_toServe.Count);
            var (channel, request, block) = _toServe[at];
            _toServe.RemoveAt(at);
            if (random.Next(6) == 0)
            {
                pair.Do(end, new SessionCommand
                {
                    Kind = SessionCommandKind.Reject,
                    Channel = channel,
                    Request = request,
                    Value = (uint)RejectReason.NotAvailable,
                });
            }
            else
            {
                pair.ServeNumber(end, channel, request, block, LengthOf(block));
                _served++;
            }

            if (!IsSettling && random.Next(4) == 0) return;
        }
    }

    public void Check()
    {
        Assert.Empty(_asked);
        Assert.Equal(_served, _reported);
    }

    private void Ask(Random random, Pair pair, ushort channel)
    {
        var count = random.Next(1, 80);
        var first = random.Next(4000);
        var deadline = random.Next(200, 60_000);
        for (var i = 0; i < count; i++)
        {
            var block = Pair.Block(first + i, (ulong)random.Next(2));
            if (!pair.Pool.TryRent(LengthOf(block), out var lease)) return;
            var id = unchecked(_nextRequest++);
            _asked.Add(id, new Asked(channel, block));
            pair.Do(end, new SessionCommand
            {
                Kind = random.Next(20) == 0
                    ? SessionCommandKind.Subscribe : SessionCommandKind.Request,
                Channel = channel,
                Request = id,
                Block = block,
                Lease = lease,
                Deadline = TimeSpan.FromMilliseconds(deadline),
            });
        }
    }

    private void Take(in SessionEvent e, Random random, Pair pair)
    {
        switch (e.Kind)
        {
            case SessionEventKind.ChannelOpening:
                var accepts = random.Next(8) != 0;
                pair.Do(end, new SessionCommand
                {
                    Kind = accepts
                        ? SessionCommandKind.AcceptChannel : SessionCommandKind.RefuseChannel,
                    Channel = e.Channel,
                    Value = (uint)RejectReason.Refused,
                });
                if (accepts) _open.Add(e.Channel);
                break;
            case SessionEventKind.ChannelClosed or SessionEventKind.ChannelRefused:
                Forget(e.Channel);
                break;
            case SessionEventKind.Requested when _open.Contains(e.Channel):
                _toServe.Add((e.Channel, e.Request, e.Block));
                break;
            case SessionEventKind.RequestCancelled:
                var (channel, request) = (e.Channel, e.Request);
                _toServe.RemoveAll(r => r.Channel == channel && r.Request == request);
                break;
            case SessionEventKind.BlockArrived:
                Arrived++;
                Assert.True(_asked.Remove(e.Request, out var asked), "it was not wanted");
                Assert.Equal(asked, new Asked(e.Channel, e.Block));
                var bytes = new byte[LengthOf(e.Block)];
                Pair.Fill(e.Block, bytes);
                Assert.Equal(SessionEnd.Digest(bytes), e.Digest);
                break;
            case SessionEventKind.Rejected:
                Assert.True(_asked.Remove(e.Request), "it had an outcome before");
                break;
            case SessionEventKind.BlockServed:
                _reported++;
                break;
        }
    }

    private void Forget(ushort channel)
    {
        _open.Remove(channel);
        _toServe.RemoveAll(request => request.Channel == channel);
        foreach (var id in _asked.Where(a => a.Value.Channel == channel).Select(a => a.Key).ToList())
            _asked.Remove(id);
    }

    private readonly record struct Asked(ushort Channel, BlockId Block);
}
