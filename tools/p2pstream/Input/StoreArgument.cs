using System.Globalization;
using P2PStream.Protocol;

namespace P2PStream.Tool.Input;

/// <summary>Where a viewer keeps verified blocks, and how much of them for each stream.</summary>
/// <param name="Folder">As the user wrote it.</param>
/// <param name="Bytes">Bytes of blocks that one stream may take.</param>
internal sealed record StoreArgument(string Folder, long Bytes)
{
    /// <summary>Without a size: an evening's film.</summary>
    public const long UsualBytes = 4L << 30;

    /// <summary>Reads <c>FOLDER</c> or <c>FOLDER:SIZE</c>, the size a whole number of K, M, G or
    /// T. What follows the last colon is a size unless it goes on as a path does.</summary>
    /// <exception cref="ToolException">The size is no such number, or the folder is
    /// empty.</exception>
    public static StoreArgument Parse(string text, string option)
    {
        var colon = text.LastIndexOf(':');

        // A colon may stand within a path, as in C:\films.
        if (text.AsSpan(colon + 1).ContainsAny('/', '\\')) colon = -1;
        var folder = colon < 0 ? text : text[..colon];
        if (string.IsNullOrWhiteSpace(folder))
            throw ToolException.BadInput($"{option}: names no folder");
        return new StoreArgument(
            folder, colon < 0 ? UsualBytes : ParseSize(text[(colon + 1)..], option));
    }

    /// <summary>Opens the store of one stream, in a folder of its own.</summary>
    /// <exception cref="ToolException">The folder cannot be used.</exception>
    public IBlockStore Open(StreamId stream, string option)
    {
        MakeFolder(option);
        var folder = Path.Combine(Folder, Convert.ToHexStringLower(stream.Value.ToArray()));
        try
        {
            return DiskBlockStore.Open(folder, Bytes);
        }
        catch (IOException error)
        {
            throw ToolException.BadInput($"{option}: {error.Message}");
        }
    }

    // Before the store does: it would tell of a folder within that the user has not named.
    private void MakeFolder(string option)
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw ToolException.BadInput(
                $"{option}: the folder {Folder} cannot be made: {PathProblem.Of(Folder, error)}");
        }
    }

    private static long ParseSize(string size, string option)
    {
        var unit = size.Length == 0 ? ' ' : char.ToUpperInvariant(size[^1]);
        var shift = "KMGT".IndexOf(unit, StringComparison.Ordinal);
        return shift >= 0
            && long.TryParse(
                size[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= 1_000_000
            ? number << (10 * (shift + 1))
            : throw ToolException.BadInput(
                $"{option}: '{size}' is no size; FOLDER:SIZE such as cache:4G");
    }
}
