using System.CommandLine;
using System.Globalization;
using P2PStream.Protocol;

namespace P2PStream.Tool.Commands;

/// <summary><c>--upload-limit</c> and <c>--download-limit</c>, in bits per second as all rates of the
/// command line; 0 for no limit.</summary>
internal sealed class LimitOptions
{
    private const long BitsPerByte = 8;
    private const string UploadName = "--upload-limit";
    private const string DownloadName = "--download-limit";

    private static readonly string Range = string.Create(CultureInfo.InvariantCulture,
        $"0, the default, for no limit; else at least {FairLimiter.LowestRate * BitsPerByte}.");

    private readonly Option<long> _upload = new(UploadName)
    {
        Description = "The most that a node sends, to all peers together. " + Range,
        HelpName = "BITS_PER_SECOND",
    };

    private readonly Option<long> _download = new(DownloadName)
    {
        Description = "The most that a node asks for, of peers and origin together. " + Range,
        HelpName = "BITS_PER_SECOND",
    };

    public void AddTo(Command command)
    {
        command.Add(_upload);
        command.Add(_download);
    }

    public RateLimits Read(ParseResult result) => new(Read(result, _upload), Read(result, _download));

    /// <summary>The same limits for another process of this tool.</summary>
    public static IEnumerable<string> Arguments(RateLimits limits) =>
    [
        UploadName, Bits(limits.Upload), DownloadName, Bits(limits.Download),
    ];

    private static string Bits(long? bytes) =>
        ((bytes ?? 0) * BitsPerByte).ToString(CultureInfo.InvariantCulture);

    private static long? Read(ParseResult result, Option<long> option)
    {
        var bits = result.GetValue(option);
        if (bits == 0) return null;
        var bytes = bits / BitsPerByte;
        return bytes is >= FairLimiter.LowestRate and <= FairLimiter.HighestRate
            ? bytes
            : throw ToolException.BadInput(string.Create(CultureInfo.InvariantCulture,
                $"{option.Name}: 0, or at least {FairLimiter.LowestRate * BitsPerByte}, one block a second"));
    }
}
