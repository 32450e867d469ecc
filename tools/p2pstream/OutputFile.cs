namespace P2PStream.Tool;

/// <summary>
/// A file that appears under its name only when it is whole. Until <see cref="CommitAsync"/> it has
/// a
/// hidden name beside it, and disposing takes that away.
/// </summary>
internal sealed class OutputFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _committed;

    private OutputFile(string path, string temporary, FileStream stream)
    {
        _path = path;
        _temporary = temporary;
        _stream = stream;
    }

    public Stream Stream => _stream;

    public static OutputFile Create(string path)
    {
        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path);
        if (folder is null || !Directory.Exists(folder))
            throw ToolException.BadInput($"there is no folder {folder} to write to");
        if (Directory.Exists(path)) throw ToolException.BadInput($"{path} is a folder");
        var temporary =
            Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            return new OutputFile(path, temporary, new FileStream(temporary, FileMode.CreateNew));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ToolException.BadInput($"cannot write to {folder}: {exception.Message}");
        }
    }

    /// <summary>Gives it its name, over an older file of that name.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _stream.FlushAsync(cancellationToken);
        await _stream.DisposeAsync();
        File.Move(_temporary, _path, overwrite: true);
        _committed = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        if (!_committed) File.Delete(_temporary);
    }
}
