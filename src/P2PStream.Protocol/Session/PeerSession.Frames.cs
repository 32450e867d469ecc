using System.Security.Cryptography;
using System.Diagnostics;

namespace P2PStream.Protocol;

/// <content>What the remote says.</content>
public sealed partial class PeerSession
{
    /// <summary>Takes a control frame in.</summary>
    public void Receive(in Frame frame, TimeSpan now)
    {
        Debug.Assert(frame.Payload.Length == frame.Header.Length, "the frame is not whole");
        if (HasEnded) return;
        _heard = now;
        var violation = FrameReader.Check(frame.Header, RemoteHello is not null);
        if (violation == Violation.None) violation = Dispatch(frame, now);
        if (violation != Violation.None) Violate(violation);
        EndIfOverfull();
    }

    /// <summary>Bytes came that <see cref="FrameReader.TryRead"/> calls a violation: ends the session.</summary>
    /// <param name="header">What the reader gave.</param>
    /// <param name="now">The present.</param>
    public void ReceiveMalformed(in FrameHeader header, TimeSpan now)
    {
        var violation = FrameReader.Check(header, RemoteHello is not null);
        Violate(violation == Violation.None ? Violation.Malformed : violation);
    }

    private Violation Dispatch(in Frame frame, TimeSpan now)
    {
        var row = FrameTable.Find(frame.Type);
        if (!_rates.Allows(row?.Rate ?? FrameRate.Delta, CostOf(frame), now))
            return Violation.RateExceeded;
        if (row is null) return Violation.None;
        if (row.Level == FrameLevel.Link) return ReceiveOnLink(frame, now);
        if (frame.Type == FrameType.Open) return ReceiveOpen(frame, now);
        return _channels.TryFind(frame.Channel, out var channel)
            ? ReceiveOnChannel(frame, row, channel, now)
            : Violation.UnknownChannel;
    }

    /// <summary>A range costs what a frame costs: 256 of them in one frame are no cheaper.</summary>
    private static int CostOf(in Frame frame) => frame.Type switch
    {
        FrameType.Have or FrameType.Drop => Math.Max(1, frame.Payload.Length / SegmentRange.Size),
        FrameType.HaveBlocks => Math.Max(1, frame.Payload.Length / BlockRange.Size),
        _ => 1,
    };

    private Violation ReceiveOnLink(in Frame frame, TimeSpan now)
    {
        switch (frame.Type)
        {
            case FrameType.Hello:
                return ReceiveHello(frame.Payload);
            case FrameType.Goodbye:
                if (!GoodbyeFrame.TryRead(frame.Payload, out var goodbye))
                    return Violation.Malformed;
                End(goodbye.Reason, byRemote: true);
                return Violation.None;
            case FrameType.Ping:
                PingFrame.TryRead(frame.Payload, out var ping);
                _control.Add(new ControlItem(FrameType.Pong, 0) { Number = ping.Token });
                return Violation.None;
            default:
                PingFrame.TryRead(frame.Payload, out var pong);
                return ReceivePong(pong, now);
        }
    }

    private Violation ReceiveHello(ReadOnlySpan<byte> payload)
    {
        if (RemoteHello is not null) return Violation.SecondHello;
        var violation = HelloFrame.Read(payload, out var hello);
        if (violation != Violation.None) return violation;
        RemoteHello = hello;
        var common = Math.Min(_options.MaximumVersion, hello.MaximumVersion);
        if (common < Math.Max(_options.MinimumVersion, hello.MinimumVersion))
        {
            End(SessionEndReason.VersionMismatch, byRemote: false);
        }
        else if (hello.Nonce == _options.Nonce)
        {
            End(SessionEndReason.SelfConnection, byRemote: false);
        }
        else
        {
            Version = common;
            _events.Enqueue(new SessionEvent
            {
                Kind = SessionEventKind.Established,
                Value = hello.ListenPort,
            });
        }

        return Violation.None;
    }

    private Violation ReceiveOpen(in Frame frame, TimeSpan now)
    {
        if (!OpenFrame.TryRead(frame.Payload, out var open)) return Violation.Malformed;
        var isTheirs = frame.Channel % 2 == (_options.IsInitiator ? 0 : 1);
        if (!isTheirs || _channels.IsUsed(frame.Channel)) return Violation.BadChannelNumber;
        if (!_channels.HasRoom(ours: false)) return Violation.TooManyChannels;
        if (!IsCredit(open.Credit, WireLimits.InitialCredit)) return Violation.BadCredit;
        var isSecret = open.Kind == ChannelKind.SecretStream;
        var channel = new SessionChannel(frame.Channel, isOurs: false)
        {
            Stream = isSecret ? default : new StreamId(open.Body),
            IsSecret = isSecret,
            SendCredit = open.Credit,
        };
        _channels.Add(channel);
        if (open.Kind != ChannelKind.Stream && !isSecret)
        {
            Leave(channel, FrameType.Refuse, (uint)RejectReason.UnknownKind, now);
            return Violation.None;
        }

        _events.Enqueue(OnChannel(SessionEventKind.ChannelOpening, channel) with
        {
            Payload = isSecret ? open.Body.ToArray() : default,
        });
        _events.Enqueue(OnChannel(SessionEventKind.Credit, channel) with { Count = open.Credit });
        return Violation.None;
    }

    private Violation ReceiveOnChannel(
        in Frame frame, FrameInfo row, SessionChannel channel, TimeSpan now)
    {
        if (row.Sender == FrameSender.Acceptor && (!channel.IsOurs || channel.IsAccepted))
            return Violation.OutOfOrder;
        switch (frame.Type)
        {
            case FrameType.Close:
                Leave(channel, SessionEventKind.ChannelClosed, 0);
                return Violation.None;
            case FrameType.Refuse:
                if (!RefuseFrame.TryRead(frame.Payload, out var refuse)) return Violation.Malformed;
                Leave(channel, SessionEventKind.ChannelRefused, (uint)refuse.Reason);
                return Violation.None;
            case FrameType.Accept:
                return ReceiveAccept(frame, channel);
            case FrameType.Credit:
                return ReceiveCredit(frame, channel);
        }

        // A request taken back before the channel was accepted is answered before it is, too.
        if (frame.Type == FrameType.Reject)
            return RejectFrame.TryRead(frame.Payload, out var reject)
                ? _outgoing.Reject(reject, channel)
                : Violation.Malformed;
        if (channel.IsOurs && !channel.IsAccepted) return Violation.OutOfOrder;

        // It was sent before our close got there: the remote cannot have known.
        return channel.IsClosing ? Violation.None : ReceiveOnOpen(frame, channel, now);
    }

    private Violation ReceiveAccept(in Frame frame, SessionChannel channel)
    {
        if (!AcceptFrame.TryRead(frame.Payload, out var accept)) return Violation.Malformed;
        if (!IsAwaited(accept.Tag, channel.AwaitedTag)) return Violation.WrongTag;
        if (!IsCredit(accept.Credit, channel.SendCredit)) return Violation.BadCredit;
        channel.IsAccepted = true;
        if (!channel.IsClosing)
            _events.Enqueue(OnChannel(SessionEventKind.ChannelAccepted, channel));
        return Take(accept.Credit, channel);
    }

    private Violation ReceiveCredit(in Frame frame, SessionChannel channel)
    {
        CreditFrame.TryRead(frame.Payload, out var credit);
        if (!IsCredit(credit.Credit, channel.SendCredit)) return Violation.BadCredit;
        if (channel.IsOurs && !channel.IsAccepted) return Violation.OutOfOrder;
        return Take(credit.Credit, channel);
    }

    private Violation Take(ushort credit, SessionChannel channel)
    {
        channel.SendCredit = credit;
        if (!channel.IsClosing)
            _events.Enqueue(OnChannel(SessionEventKind.Credit, channel) with { Count = credit });
        return Violation.None;
    }

    /// <summary>How far a wrong tag is right must not be told by the time that it takes.</summary>
    private static bool IsAwaited(Hash256? tag, Hash256? awaited) => awaited is null
        ? tag is null
        : tag is not null && CryptographicOperations.FixedTimeEquals(
            tag.Value.ToArray(), awaited.Value.ToArray());

    /// <summary>The remote's last frame on a channel; ours follows unless it went before.</summary>
    private void Leave(SessionChannel channel, SessionEventKind kind, uint reason)
    {
        _incoming.EndChannel(channel);
        _outgoing.EndChannel(channel);
        _channels.Remove(channel);
        if (channel.IsClosing) return;
        _control.Add(new ControlItem(FrameType.Close, channel.Number));
        _events.Enqueue(OnChannel(kind, channel) with { Value = reason });
    }

    private Violation ReceiveOnOpen(in Frame frame, SessionChannel channel, TimeSpan now)
    {
        switch (frame.Type)
        {
            case FrameType.Request or FrameType.Subscribe:
                return RequestFrame.TryRead(frame.Payload, out var request)
                    ? _incoming.Receive(
                        request, frame.Type == FrameType.Subscribe, channel, now)
                    : Violation.Malformed;
            case FrameType.Cancel:
                if (!CancelFrame.TryRead(frame.Payload, out var cancel)) return Violation.Malformed;
                _incoming.Cancel(cancel, channel);
                return Violation.None;
            case FrameType.Have or FrameType.Drop or FrameType.HaveBlocks:
                return ReceiveRanges(frame, channel);
            default:
                return ReceiveMessage(frame, channel);
        }
    }

    private Violation ReceiveRanges(in Frame frame, SessionChannel channel)
    {
        var (size, kind) = frame.Type switch
        {
            FrameType.Have => (SegmentRange.Size, SessionEventKind.HaveSegments),
            FrameType.Drop => (SegmentRange.Size, SessionEventKind.DroppedSegments),
            _ => (BlockRange.Size, SessionEventKind.HaveBlocks),
        };
        if (frame.Payload.Length % size != 0) return Violation.Malformed;
        for (var rest = frame.Payload; rest.Length > 0; rest = rest[size..])
        {
            var e = OnChannel(kind, channel);
            if (frame.Type == FrameType.HaveBlocks)
            {
                if (!BlockRange.TryRead(rest, out var blocks)) return Violation.Malformed;
                e = e with { Block = blocks.First, Count = blocks.Count };
            }
            else
            {
                if (!SegmentRange.TryRead(rest, out var range)) return Violation.Malformed;
                e = e with { Block = new BlockId(range.First, 0, 0), Count = range.Count };
            }

            _events.Enqueue(e);
        }

        return Violation.None;
    }

    private Violation ReceiveMessage(in Frame frame, SessionChannel channel)
    {
        var payload = frame.Payload;
        switch (frame.Type)
        {
            case FrameType.AuthorityWant:
                _events.Enqueue(OnChannel(SessionEventKind.AuthorityWanted, channel));
                return Violation.None;
            case FrameType.Authority:
                return Carry(SessionEventKind.Authority, channel, default, payload);
            case FrameType.Records:
                return RecordsFrame.TryRead(payload, out var first, out var records)
                    ? Carry(SessionEventKind.Records, channel, new BlockId(first, 0, 0), records)
                    : Violation.Malformed;
            case FrameType.Peers:
                return Carry(SessionEventKind.Peers, channel, default, payload);
            case FrameType.Leaves:
                return LeavesFrame.TryRead(payload, out var part, out var leaves)
                    ? Carry(SessionEventKind.Leaves, channel, part, leaves)
                    : Violation.Malformed;
            case FrameType.LeavesWant:
                return LeavesFrame.TryRead(payload, out var wanted, out _)
                    ? Carry(SessionEventKind.LeavesWanted, channel, wanted, [])
                    : Violation.Malformed;
            case FrameType.RecordsWant:
                if (!SegmentRange.TryRead(payload, out var range)) return Violation.Malformed;
                _events.Enqueue(OnChannel(SessionEventKind.RecordsWanted, channel) with
                {
                    Block = new BlockId(range.First, 0, 0),
                    Count = range.Count,
                });
                return Violation.None;
            case FrameType.Interest:
                if (!InterestFrame.TryRead(payload, out var interest)) return Violation.Malformed;
                _events.Enqueue(OnChannel(SessionEventKind.Interest, channel) with
                {
                    Block = new BlockId(interest.First, 0, 0),
                    Count = interest.Count,
                    Value = (uint)interest.Role,
                });
                return Violation.None;
            default:
                // Data never comes as a control frame from the reader.
                return Violation.OutOfOrder;
        }
    }

    private Violation Carry(
        SessionEventKind kind, SessionChannel channel, in BlockId block, ReadOnlySpan<byte> payload)
    {
        _events.Enqueue(OnChannel(kind, channel) with
        {
            Block = block,
            Payload = payload.ToArray(),
        });
        return Violation.None;
    }

    private static bool IsCredit(int credit, int least) =>
        credit >= least && credit <= WireLimits.MaximumCredit;

    private static SessionEvent OnChannel(SessionEventKind kind, SessionChannel channel) =>
        new() { Kind = kind, Channel = channel.Number, Stream = channel.Stream };
}
