using P2PStream.Discovery;

namespace P2PStream.Fuzz;

/// <summary>A value of an item: what counts as canonical is also bencoding, wholly, and can be
/// stored and signed.</summary>
public sealed class DhtItemTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "dht-item";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (!DhtItem.IsValue(input)) return;
        var reader = new BencodeReader(input);
        if (!reader.TrySkip() || reader.Position != input.Length)
            throw new InvalidOperationException("Canonical, but no bencoding.");
        var item = DhtItem.Immutable(input);
        if (item.TryGetInfoHash(out var infoHash)
            && input.IndexOf(infoHash.Key.ToArray()) < 0)
            throw new InvalidOperationException("An info-hash that is not there.");
        var buffer = new byte[DhtItem.MaxSignedBytes];
        var length = DhtItem.WriteSigned("salt"u8, 1, input, buffer);
        if (!buffer.AsSpan(0, length).EndsWith(input))
            throw new InvalidOperationException("The value was not kept as it is.");
    }
}
