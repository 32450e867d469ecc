namespace P2PStream.Transfer;

/// <summary>Streaming at a round trip of 50 ms, with all the bandwidth there is, beside an HTTPS GET
/// through the same relay.</summary>
internal sealed class LongPath(params IReadOnlyList<Client> clients)
    : Streaming("streaming at 50 ms", [.. clients, new HttpsClient()])
{
    private const int RoundTripMilliseconds = 50;

    protected override IReadOnlyList<string> Compared => ["first 1 MB", "16 MB", "seek, 1 MB"];

    protected override IReadOnlyList<string> References =>
        ["HTTPS GET", "libtorrent v2, sequential"];

    protected override Route Open() => new DelayedRoute(RoundTripMilliseconds);
}
