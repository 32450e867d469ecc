namespace P2PStream.Tool.Input;

/// <summary>What stands in the way of a file or folder, in words for people: the runtime's own name
/// no cause, or another path than the one that was given.</summary>
internal static class PathProblem
{
    /// <summary>Refuses a file that could not be made because its folder is missing, or because a
    /// folder has its name.</summary>
    public static void RefuseUnlessFileCanBeMade(string path)
    {
        if (Directory.Exists(path)) throw ToolException.BadInput($"{path} is a folder");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
            throw ToolException.BadInput($"there is no folder {folder} to write to");
    }

    /// <summary>Why the system refused <paramref name="path"/>.</summary>
    public static string Of(string path, Exception exception)
    {
        var there = NearestThatExists(Path.GetFullPath(path));
        return exception switch
        {
            _ when File.Exists(there) && exception is not UnauthorizedAccessException =>
                $"{there} is a file",
            UnauthorizedAccessException => "permission denied",
            FileNotFoundException or DirectoryNotFoundException => $"nothing can be made in {there}",
            _ => exception.Message,
        };
    }

    private static string NearestThatExists(string path)
    {
        while (!Path.Exists(path) && Path.GetDirectoryName(path) is { } parent) path = parent;
        return path;
    }
}
