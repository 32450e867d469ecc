namespace P2PStream.Discovery;

/// <summary>
/// What a Kademlia node has done since it was made. Its owner counts; anyone may read, from any
/// thread, and sees each number whole but not all of one moment.
/// </summary>
public sealed class DhtCounters
{
    private readonly long[] _queriesReceived = new long[Methods];
    private readonly long[] _queriesSent = new long[Methods];
    private readonly long[] _repliesReceived = new long[Methods];
    private readonly long[] _dropped = new long[(int)DhtDrop.ReadOnly + 1];

    private const int Methods = (int)KrpcMethod.SampleInfoHashes + 1;

    internal DhtCounters()
    {
    }

    /// <summary>Datagrams taken.</summary>
    public long DatagramsReceived { get; internal set; }

    /// <summary>Bytes of them, without headers.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Datagrams given to the shell.</summary>
    public long DatagramsSent { get; internal set; }

    /// <summary>Bytes of them, without headers.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Queries answered by what was asked for.</summary>
    public long RepliesSent { get; internal set; }

    /// <summary>Queries answered by an error.</summary>
    public long ErrorsSent { get; internal set; }

    /// <summary>Our queries answered by an error.</summary>
    public long ErrorsReceived { get; internal set; }

    /// <summary>Our queries that were never answered.</summary>
    public long TimeOuts { get; internal set; }

    /// <summary>Times that this node took another ID, since its address was learned or has
    /// changed.</summary>
    public long IdChanges { get; internal set; }

    /// <summary>Queries that came in.</summary>
    /// <param name="method">Of which method.</param>
    public long QueriesReceived(KrpcMethod method) => _queriesReceived[(int)method];

    /// <summary>Queries of ours.</summary>
    /// <param name="method">Of which method.</param>
    public long QueriesSent(KrpcMethod method) => _queriesSent[(int)method];

    /// <summary>Our queries that were answered.</summary>
    /// <param name="method">Of which method.</param>
    public long RepliesReceived(KrpcMethod method) => _repliesReceived[(int)method];

    /// <summary>What came in and was not used.</summary>
    /// <param name="reason">For which reason.</param>
    public long Dropped(DhtDrop reason) => _dropped[(int)reason];

    internal void QueryReceived(KrpcMethod method) => _queriesReceived[(int)method]++;

    internal void QuerySent(KrpcMethod method) => _queriesSent[(int)method]++;

    internal void ReplyReceived(KrpcMethod method) => _repliesReceived[(int)method]++;

    internal void Drop(DhtDrop reason) => _dropped[(int)reason]++;
}
