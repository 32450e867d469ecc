using System.Globalization;
using System.Net;
using System.Text;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>A BT-SEARCH message (BEP 14): somebody on this network has something.</summary>
/// <param name="Port">Where he takes links.</param>
/// <param name="Hashes">What he has.</param>
/// <param name="Cookie">Tells a sender his own messages; empty for none.</param>
internal sealed record LanMessage(ushort Port, IReadOnlyList<InfoHash> Hashes, string Cookie)
{
    /// <summary>Largest message worth reading, in bytes; BEP 14 has them below an Ethernet
    /// frame.</summary>
    public const int MaxBytes = 1400;

    /// <summary>Info-hashes taken from one message.</summary>
    public const int MaxHashes = 32;

    private const string FirstLine = "BT-SEARCH * HTTP/1.1";
    private const int MaxCookieLetters = 64;

    public byte[] Encode(IPEndPoint group)
    {
        var text = new StringBuilder(FirstLine).Append("\r\nHost: ").Append(group)
            .Append(CultureInfo.InvariantCulture, $"\r\nPort: {Port}\r\n");
        foreach (var hash in Hashes.Take(MaxHashes))
            text.Append("Infohash: ").Append(hash).Append("\r\n");
        text.Append("cookie: ").Append(Cookie).Append("\r\n\r\n\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Reads what others send, in any order and case; null when it is no such
    /// message.</summary>
    public static LanMessage? TryDecode(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > MaxBytes || !System.Text.Ascii.IsValid(datagram)) return null;
        var lines = Encoding.ASCII.GetString(datagram).Split("\r\n");
        if (lines[0] != FirstLine) return null;
        ushort port = 0;
        var cookie = "";
        var hashes = new List<InfoHash>();
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) continue;
            var value = line[(colon + 1)..].Trim();
            switch (line[..colon].Trim().ToUpperInvariant())
            {
                case "PORT":
                    if (!ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out port))
                        return null;
                    break;
                case "INFOHASH":
                    if (value.Length != 2 * InfoHash.Size || hashes.Count == MaxHashes
                        || !value.All(char.IsAsciiHexDigit)) return null;
                    hashes.Add(new InfoHash(Convert.FromHexString(value)));
                    break;
                case "COOKIE":
                    cookie = value.Length <= MaxCookieLetters ? value : "";
                    break;
            }
        }

        return port > 0 && hashes.Count > 0 ? new LanMessage(port, hashes, cookie) : null;
    }
}
