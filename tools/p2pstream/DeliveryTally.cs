using System.Globalization;
using P2PStream.Swarm;

namespace P2PStream.Tool;

/// <summary>Who brought what is watched, counted block by block: the stream's own statistics may be
/// 200 ms old, in which a small file comes and is over.</summary>
internal sealed class DeliveryTally
{
    private long _bytes;
    private long _fromViewers;

    public DeliveryTally(WatchedStream watched) => watched.BlockDelivered += Add;

    /// <summary>For people, beginning in the middle of a sentence.</summary>
    public override string ToString()
    {
        var bytes = Interlocked.Read(ref _bytes);
        if (bytes == 0) return "nothing had to be fetched";
        var percent = 100.0 * Interlocked.Read(ref _fromViewers) / bytes;
        return string.Create(
            CultureInfo.InvariantCulture, $"{percent:0.#} % of it from other viewers");
    }

    private void Add(BlockAccounting block)
    {
        Interlocked.Add(ref _bytes, block.Bytes);
        if (block.Origin == BlockOrigin.Viewer) Interlocked.Add(ref _fromViewers, block.Bytes);
    }
}
