using System.Globalization;

namespace P2PStream.Tool.Demo;

/// <summary>Bytes for people.</summary>
internal static class ByteText
{
    private const double Kibi = 1024;

    public static string Of(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kibi:0.0} KiB"),
        < 1000L * 1024 * 1024 =>
            string.Create(CultureInfo.InvariantCulture, $"{bytes / Kibi / Kibi:0.00} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kibi / Kibi / Kibi:0.00} GiB"),
    };
}
