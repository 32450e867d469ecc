namespace P2PStream.Protocol.Tests.Content;

/// <summary>Changed copies of an encoding.</summary>
internal static class Tampering
{
    private static readonly byte[] s_masks = [0x01, 0x80, 0xff];

    public static IEnumerable<byte[]> OneByteChanged(byte[] encoded)
    {
        for (var i = 0; i < encoded.Length; i++)
        {
            foreach (var mask in s_masks)
            {
                var changed = encoded.ToArray();
                changed[i] ^= mask;
                yield return changed;
            }
        }
    }

    public static IEnumerable<byte[]> LengthChanged(byte[] encoded)
    {
        for (var i = 0; i < encoded.Length; i++) yield return encoded[..i];
        yield return [.. encoded, 0];
        yield return [0, .. encoded];
    }
}
