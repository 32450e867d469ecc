namespace P2PStream.Protocol;

/// <content>What the owner asks for.</content>
public sealed partial class PeerSession
{
    /// <summary>Does what the owner asks. A command on a channel that the remote has closed meanwhile
    /// ends quietly: leases are released, a request is reported as rejected.</summary>
    /// <exception cref="InvalidOperationException">The owner broke an order: a channel not yet
    /// answered, a number in use, a request served twice.</exception>
    /// <exception cref="ArgumentException">A payload or value that no frame can carry.</exception>
    public void Do(in SessionCommand command, TimeSpan now)
    {
        if (HasEnded)
        {
            command.Lease?.Release();
            return;
        }

        switch (command.Kind)
        {
            case SessionCommandKind.Goodbye:
                End((SessionEndReason)command.Value, byRemote: false);
                break;
            case SessionCommandKind.OpenChannel:
                Open(command);
                break;
            default:
                _channels.TryFind(command.Channel, out var channel);
                if (channel is null || channel.IsClosing) DoOnClosed(command);
                else DoOnChannel(command, channel, now);
                break;
        }

        EndIfOverfull();
    }

    private void EndIfOverfull()
    {
        if (_control.IsOverfull) End(SessionEndReason.TooSlow, byRemote: false);
    }

    private void Open(in SessionCommand command)
    {
        var isOurs = command.Channel % 2 == (_options.IsInitiator ? 1 : 0);
        if (command.Channel == 0 || !isOurs || _channels.IsUsed(command.Channel))
            throw new InvalidOperationException($"Channel {command.Channel} is not free.");
        if (!_channels.HasRoom(ours: true))
        {
            _events.Enqueue(new SessionEvent
            {
                Kind = SessionEventKind.ChannelRefused,
                Channel = command.Channel,
                Stream = command.Stream,
                Value = (uint)RejectReason.Busy,
            });
            return;
        }

        var tags = command.Payload.Span;
        var isSecret = CommandCheck.HasTags(tags, 2);
        _channels.Add(new SessionChannel(command.Channel, isOurs: true)
        {
            Stream = command.Stream,
            AwaitedTag = isSecret ? new Hash256(tags[Hash256.Size..]) : null,
            GrantedCredit = _options.RequestCredit,
        });
        _control.Add(new ControlItem(FrameType.Open, command.Channel)
        {
            ChannelKind = isSecret ? ChannelKind.SecretStream : ChannelKind.Stream,
            Body = isSecret ? new Hash256(tags[..Hash256.Size]) : command.Stream.Value,
            Value = (uint)_options.RequestCredit,
        });
    }

    private void DoOnClosed(in SessionCommand command)
    {
        if (command.Kind is SessionCommandKind.Request or SessionCommandKind.Subscribe)
            _outgoing.Decline(command, RejectReason.NotAvailable);
        else if (command.Kind == SessionCommandKind.Serve)
            _incoming.Serve(command, null);
        else
            command.Lease?.Release();
    }

    private void DoOnChannel(in SessionCommand command, SessionChannel channel, TimeSpan now)
    {
        var answersOpen = command.Kind
            is SessionCommandKind.AcceptChannel or SessionCommandKind.RefuseChannel;
        if (answersOpen && (channel.IsOurs || channel.IsAccepted))
            throw new InvalidOperationException($"Channel {channel.Number} needs no answer.");
        if (!answersOpen && !channel.IsOurs && !channel.IsAccepted
            && command.Kind != SessionCommandKind.CloseChannel)
            throw new InvalidOperationException($"Answer channel {channel.Number} first.");

        switch (command.Kind)
        {
            case SessionCommandKind.AcceptChannel:
                Accept(channel, command);
                break;
            case SessionCommandKind.RefuseChannel:
                Leave(channel, FrameType.Refuse, command.Value, now);
                break;
            case SessionCommandKind.CloseChannel:
                Leave(channel, FrameType.Close, 0, now);
                break;
            case SessionCommandKind.GrantCredit:
                Grant(channel, command.Value);
                break;
            case SessionCommandKind.Request or SessionCommandKind.Subscribe:
                Request(command, channel, now);
                break;
            case SessionCommandKind.Cancel:
                _outgoing.Cancel(command.Request, isWelcome: command.Value == 1, now);
                break;
            case SessionCommandKind.Serve:
                ArgumentNullException.ThrowIfNull(command.Lease);
                _incoming.Serve(command, channel);
                break;
            case SessionCommandKind.Reject:
                _incoming.Reject(command.Request, channel, (RejectReason)command.Value);
                break;
            default:
                Say(command);
                break;
        }
    }

    private void Accept(SessionChannel channel, in SessionCommand command)
    {
        var tag = command.Payload.Span;
        var isSecret = CommandCheck.HasTags(tag, 1);
        if (isSecret != channel.IsSecret)
            throw new ArgumentException("A tag is for a channel that was opened with one.");
        if (isSecret) channel.Stream = command.Stream;
        channel.IsAccepted = true;
        channel.GrantedCredit = _options.RequestCredit;
        _control.Add(new ControlItem(FrameType.Accept, channel.Number)
        {
            Body = isSecret ? new Hash256(tag) : null,
            Value = (uint)_options.RequestCredit,
        });
    }

    private void Grant(SessionChannel channel, uint credit)
    {
        if (credit < channel.GrantedCredit || credit > WireLimits.MaximumCredit)
            throw new ArgumentException($"Credit cannot go from {channel.GrantedCredit} to {credit}.");
        channel.GrantedCredit = (int)credit;
        _control.Add(new ControlItem(FrameType.Credit, channel.Number) { Value = credit });
    }

    private void Request(in SessionCommand command, SessionChannel channel, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command.Lease);
        if (!WireFormat.IsRun(command.Block, 1))
            throw new ArgumentException($"No part has the block {command.Block}.");
        _outgoing.Add(command, channel, now);
    }

    /// <summary>Our last frame on a channel; the remote's is awaited.</summary>
    private void Leave(SessionChannel channel, FrameType type, uint reason, TimeSpan now)
    {
        channel.IsClosing = true;
        channel.CloseBy = now + SessionLimits.AnswerTimeout;
        _incoming.EndChannel(channel);
        _outgoing.CloseChannel(channel, now);
        _control.Add(new ControlItem(type, channel.Number) { Value = reason });
    }

    /// <summary>Queues a frame that changes nothing here.</summary>
    private void Say(in SessionCommand command)
    {
        var type = command.Kind switch
        {
            SessionCommandKind.WantAuthority => FrameType.AuthorityWant,
            SessionCommandKind.SendAuthority => FrameType.Authority,
            SessionCommandKind.WantRecords => FrameType.RecordsWant,
            SessionCommandKind.SendRecords => FrameType.Records,
            SessionCommandKind.WantLeaves => FrameType.LeavesWant,
            SessionCommandKind.SendLeaves => FrameType.Leaves,
            SessionCommandKind.HaveSegments => FrameType.Have,
            SessionCommandKind.DropSegments => FrameType.Drop,
            SessionCommandKind.HaveBlocks => FrameType.HaveBlocks,
            SessionCommandKind.Interest => FrameType.Interest,
            SessionCommandKind.SendPeers => FrameType.Peers,
            _ => throw new ArgumentException($"There is no command {command.Kind}."),
        };
        CommandCheck.ThrowIfUnsendable(type, command);
        _control.Add(new ControlItem(type, command.Channel)
        {
            Block = command.Block,
            Count = command.Count,
            Value = command.Value,
            Payload = command.Payload,
        });
    }
}
