using P2PStream.Tool.Input;

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
    private readonly bool _overwrite;
    private bool _committed;

    private OutputFile(string path, string temporary, FileStream stream, bool overwrite)
    {
        _path = path;
        _temporary = temporary;
        _stream = stream;
        _overwrite = overwrite;
    }

    public Stream Stream => _stream;

    /// <summary>Begins one.</summary>
    /// <param name="path">Its name once it is whole.</param>
    /// <param name="overwrite">It may take the place of an older file of that name.</param>
    public static OutputFile Create(string path, bool overwrite)
    {
        path = Path.GetFullPath(path);
        PathProblem.RefuseUnlessFileCanBeMade(path);
        if (!overwrite && File.Exists(path)) throw Exists(path);
        var folder = Path.GetDirectoryName(path)!;
        var temporary =
            Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            return new OutputFile(
                path, temporary, new FileStream(temporary, FileMode.CreateNew), overwrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ToolException.BadInput(
                $"cannot write to {folder}: {PathProblem.Of(temporary, exception)}");
        }
    }

    /// <summary>Gives it its name.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _stream.FlushAsync(cancellationToken);
        await _stream.DisposeAsync();
        try
        {
            File.Move(_temporary, _path, _overwrite);
        }
        catch (IOException) when (!_overwrite && File.Exists(_path))
        {
            // Somebody made it meanwhile.
            throw Exists(_path);
        }

        _committed = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        if (!_committed) File.Delete(_temporary);
    }

    private static ToolException Exists(string path) =>
        ToolException.BadInput($"{path} exists already; --force overwrites it");
}
