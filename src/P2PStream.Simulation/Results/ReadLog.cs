namespace P2PStream.Simulation;

/// <summary>Segments that a player was given. Threads only ever write that one was, so that it does not matter who
/// does.</summary>
internal sealed class ReadLog
{
    private readonly bool[][] _isRead;

    public ReadLog(MediaScenario media)
    {
        _isRead = new bool[media.BitsPerSecond.Count][];
        for (var i = 0; i < _isRead.Length; i++) _isRead[i] = new bool[media.Segments];
    }

    public void Add(int rendition, int segment) => _isRead[rendition][segment] = true;

    public bool Contains(int rendition, int segment) => _isRead[rendition][segment];
}
