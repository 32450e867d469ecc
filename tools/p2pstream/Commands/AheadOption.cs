using System.CommandLine;

namespace P2PStream.Tool.Commands;

/// <summary><c>--ahead SECONDS</c>: how much media beyond the playhead a viewer fetches.</summary>
internal sealed class AheadOption(double usualSeconds)
{
    /// <summary>Seconds of media.</summary>
    private const double Most = 3600;

    private readonly Option<double> _option = new("--ahead")
    {
        Description = "Media fetched beyond the playhead, the player's own buffer included.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => usualSeconds,
    };

    public void AddTo(Command command) => command.Add(_option);

    public TimeSpan Read(ParseResult result)
    {
        var seconds = result.GetValue(_option);
        return seconds is > 0 and <= Most
            ? TimeSpan.FromSeconds(seconds)
            : throw ToolException.BadInput("--ahead: above 0 and at most an hour");
    }
}
