using System.Diagnostics.CodeAnalysis;

namespace P2PStream.Protocol;

/// <summary>The channels of a link that are not closed by both ends, in order of opening.</summary>
internal sealed class ChannelTable
{
    /// <summary>As a rule a link has one channel, and each frame asks for it.</summary>
    private SessionChannel? _first;
    private Dictionary<ushort, SessionChannel>? _others;
    private readonly List<SessionChannel> _inOrder = [];
    private readonly NumberSet _used = new();
    private int _ours;

    public List<SessionChannel> All => _inOrder;

    public bool HasRoom(bool ours) =>
        (ours ? _ours : _inOrder.Count - _ours) < WireLimits.ChannelsPerSide;

    /// <summary>A number names one channel in a link's life: what an owner says late of a closed
    /// channel never hits another.</summary>
    public bool IsUsed(ushort number) => _used.Contains(number);

    public bool TryFind(ushort number, [NotNullWhen(true)] out SessionChannel? channel)
    {
        channel = _first;
        if (channel?.Number == number) return true;
        channel = null;
        return _others is not null && _others.TryGetValue(number, out channel);
    }

    public void Add(SessionChannel channel)
    {
        _used.Add(channel.Number);
        if (_first is null) _first = channel;
        else (_others ??= []).Add(channel.Number, channel);
        _inOrder.Add(channel);
        if (channel.IsOurs) _ours++;
    }

    public void Remove(SessionChannel channel)
    {
        if (_first == channel) _first = null;
        else _others!.Remove(channel.Number);
        _inOrder.Remove(channel);
        if (channel.IsOurs) _ours--;
    }

    public void Clear()
    {
        _first = null;
        _others?.Clear();
        _inOrder.Clear();
        _ours = 0;
    }
}
