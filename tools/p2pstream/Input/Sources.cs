using P2PStream.Http;

namespace P2PStream.Tool.Input;

/// <summary>What a user names to be published.</summary>
internal static class Sources
{
    /// <summary>Opens a playlist, a file, or the URL of either.</summary>
    /// <param name="pathOrUrl">As the user wrote it.</param>
    /// <param name="origin">Where viewers can have the same files; null when the source itself says
    /// so, or nowhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IStreamSource> OpenAsync(
        string pathOrUrl, string? origin, CancellationToken cancellationToken)
    {
        Uri? originUri = null;
        if (origin is not null && !IsHttp(origin, out originUri))
            throw ToolException.BadInput($"--origin: '{origin}' is no http or https URL");
        if (!IsHttp(pathOrUrl, out _)) RefuseUnlessFile(pathOrUrl);
        return await StreamSource.OpenAsync(
            pathOrUrl, new StreamSourceOptions { Origin = originUri }, cancellationToken);
    }

    /// <summary>Refuses what is neither a URL nor a file, and says which of the usual slips it
    /// was.</summary>
    public static void RefuseUnlessFile(string path)
    {
        if (File.Exists(path)) return;
        throw ToolException.BadInput(
            Directory.Exists(path) ? $"{path} is a folder; name a playlist or a file in it"
            : path.Contains("://", StringComparison.Ordinal)
                ? $"{path}: only files, and http and https URLs, can be published"
            : $"there is no file {path}");
    }

    public static bool IsHttp(string text, out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
