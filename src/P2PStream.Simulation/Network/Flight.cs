namespace P2PStream.Simulation;

/// <summary>
/// Whole frames on their way over one link, and at most one block at their end, of which only the head
/// travels: what its bytes are is known by <see cref="IsWrong"/>. Pooled.
/// </summary>
internal sealed class Flight
{
    private byte[] _bytes = new byte[128];

    /// <summary>The next one of the same batch.</summary>
    public Flight? Next { get; set; }

    public LinkEnd To { get; set; } = null!;

    public int Length { get; private set; }

    /// <summary>Bytes of the block whose head is at the end; 0 for none.</summary>
    public int Payload { get; set; }

    /// <summary>The block holds other bytes than were published.</summary>
    public bool IsWrong { get; set; }

    /// <summary>The last of its batch: when it has left, the session may say more.</summary>
    public bool IsLast { get; set; }

    public byte[] Bytes => _bytes;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < Length + bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Reset(LinkEnd to)
    {
        (Next, To, Length, Payload, IsWrong, IsLast) = (null, to, 0, 0, false, false);
    }
}
