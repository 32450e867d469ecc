using System.IO.Pipelines;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>A segment on its way to one reader: verified blocks come in as leases, in order, and are
/// read where they lie.</summary>
internal sealed class SegmentFeed(SegmentRecord record, Action closed) : MediaSegment
{
    private const string NotAvailable = "is not available";

    private readonly LeaseReader _reader = new();

    public override SegmentRecord Record => record;

    public override PipeReader Bytes => _reader;

    /// <summary>Takes over the lease.</summary>
    /// <returns>False when nobody reads any more: the lease stays the caller's.</returns>
    public bool Add(Lease lease) => _reader.Add(lease);

    public void Complete() => _reader.End();

    /// <summary>The segment will not come.</summary>
    public void Fail(string reason = NotAvailable) => _reader.End(Unavailable(reason));

    /// <summary>The stream has ended: what waits is given back at once, however slow the reader; what
    /// it has been given it may still read.</summary>
    public void Abandon() => _reader.Abandon(Unavailable());

    public override async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        closed();
    }

    private IOException Unavailable(string reason = NotAvailable) =>
        new($"Segment {Record.Id.Sequence} of track {Record.Id.Track} {reason}.");
}
