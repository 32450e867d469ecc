namespace P2PStream.Tool;

/// <summary>Where <c>watch --output</c> writes: a file, or standard output for <c>-</c>.</summary>
internal sealed class MediaOutput : IAsyncDisposable
{
    /// <summary>What stands for standard output on the command line.</summary>
    public const string StandardOutputSign = "-";

    private readonly OutputFile? _file;
    private readonly CountingStream _stream;

    private MediaOutput(string name, OutputFile? file, Stream stream)
    {
        Name = name;
        _file = file;
        _stream = new CountingStream(stream);
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    public Stream Stream => _stream;

    /// <summary>Bytes written so far.</summary>
    public long Bytes => _stream.Count;

    public static MediaOutput Open(string path, bool overwrite)
    {
        if (path == StandardOutputSign)
            return new MediaOutput("standard output", null, StandardOutput.Open());
        var file = OutputFile.Create(path, overwrite);
        return new MediaOutput(path, file, file.Stream);
    }

    /// <summary>Everything is written.</summary>
    public Task CommitAsync(CancellationToken cancellationToken) =>
        _file?.CommitAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        if (_file is not null) await _file.DisposeAsync();
    }
}
