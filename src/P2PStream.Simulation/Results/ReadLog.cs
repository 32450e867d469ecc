namespace P2PStream.Simulation;

/// <summary>Segments that a player was given. Threads only ever write that one was, so that it does not matter who
/// does.</summary>
internal sealed class ReadLog
{
    private readonly bool[][] _isRead;

    public ReadLog(VirtualStream stream)
    {
        _isRead = new bool[stream.TrackCount][];
        for (var i = 0; i < _isRead.Length; i++) _isRead[i] = new bool[stream.Media.Segments];
    }

    public void Add(int track, int segment) => _isRead[track][segment] = true;

    public bool Contains(int track, int segment) => _isRead[track][segment];
}
