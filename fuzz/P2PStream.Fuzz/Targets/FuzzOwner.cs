using P2PStream.Protocol;

namespace P2PStream.Fuzz;

/// <summary>Says yes to everything a remote asks, requests blocks on every channel, cancels some.</summary>
internal sealed class FuzzOwner(PeerSession session, BlockPool pool)
{
    private const int BlockLength = 5;

    private uint _requests;
    private bool _hasEnded;

    /// <summary>Opens a channel and requests blocks in the first flight.</summary>
    public void Open(int blocks)
    {
        var channel = session.NextChannel();
        Do(SessionCommandKind.OpenChannel, channel);
        Request(channel, blocks, TimeSpan.Zero);
    }

    /// <summary>Answers what has happened.</summary>
    public void Answer(TimeSpan now)
    {
        while (session.TryTake(out var e))
        {
            if (_hasEnded) throw new InvalidOperationException("An event follows the end.");
            e.Lease?.Release();
            _hasEnded = e.Kind == SessionEventKind.Ended;
            if (e.Kind == SessionEventKind.ChannelOpening) Accept(e, now);
            else if (e.Kind == SessionEventKind.Requested) Serve(e, now);
            else if (e.Kind == SessionEventKind.AuthorityWanted)
                session.Do(new SessionCommand
                {
                    Kind = SessionCommandKind.SendAuthority,
                    Channel = e.Channel,
                    Payload = new byte[100],
                }, now);
        }
    }

    private void Accept(in SessionEvent e, TimeSpan now)
    {
        Do(SessionCommandKind.AcceptChannel, e.Channel);
        Request(e.Channel, 4, now);
        session.Do(new SessionCommand
        {
            Kind = SessionCommandKind.Cancel, Channel = e.Channel, Request = _requests - 1,
        }, now);
    }

    private void Serve(in SessionEvent e, TimeSpan now)
    {
        if (e.Request % 3 == 0 || !pool.TryRent(BlockLength, out var lease))
        {
            session.Do(new SessionCommand
            {
                Kind = SessionCommandKind.Reject,
                Channel = e.Channel,
                Request = e.Request,
                Value = (uint)RejectReason.Busy,
            }, now);
            return;
        }

        session.Do(new SessionCommand
        {
            Kind = SessionCommandKind.Serve,
            Channel = e.Channel,
            Request = e.Request,
            Block = e.Block,
            Lease = lease,
        }, now);
    }

    private void Request(ushort channel, int blocks, TimeSpan now)
    {
        for (ushort i = 0; i < blocks && pool.TryRent(BlockLength, out var lease); i++)
            session.Do(new SessionCommand
            {
                Kind = SessionCommandKind.Request,
                Channel = channel,
                Request = _requests++,
                Block = new BlockId(new SegmentId(3, 2, 7), 0, i),
                Lease = lease,
                Deadline = TimeSpan.FromSeconds(1),
            }, now);
    }

    private void Do(SessionCommandKind kind, ushort channel) =>
        session.Do(new SessionCommand { Kind = kind, Channel = channel }, TimeSpan.Zero);
}
