using P2PStream.Protocol;

namespace P2PStream.Fuzz;

/// <summary>
/// A whole session fed a script: the first byte chooses its role and the size of the pieces, the rest
/// is what the remote sends. A willing owner answers everything and asks for blocks itself. Nothing may
/// throw, and at the end no lease is out.
/// </summary>
public sealed class SessionTarget : IFuzzTarget
{
    private const int Blocks = 64;
    private const int PieceUnit = 16;
    private const int PoolBlocks = 2048;

    // One for all inputs: a pool pins a megabyte at a time, and after tens of thousands of them the
    // collector finds no room for another.
    [ThreadStatic]
    private static BlockPool? _pool;

    /// <inheritdoc/>
    public string Name => "session";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return;
        var pool = _pool ??= new BlockPool(PoolBlocks);
        var isInitiator = (input[0] & 1) != 0;
        var session = new PeerSession(new SessionOptions
        {
            IsInitiator = isInitiator, Nonce = 1, Started = TimeSpan.Zero,
        });
        var owner = new FuzzOwner(session, pool);
        if (isInitiator) owner.Open(Blocks);
        var driver = new FuzzDriver(session, owner);
        var piece = 1 + input[0] / 2 * PieceUnit;
        for (var rest = input[1..]; rest.Length > 0; rest = rest[Math.Min(piece, rest.Length)..])
            driver.Feed(rest[..Math.Min(piece, rest.Length)]);
        driver.End();
        if (pool.Rented == 0) return;
        _pool = null;
        throw new InvalidOperationException($"{pool.Rented} leases leaked.");
    }
}
