namespace P2PStream.Http;

/// <summary>A local file. What it names must lie in the folder of the playlist the publisher named:
/// a playlist from elsewhere must not publish the publisher's own files.</summary>
internal sealed class FileResource : MediaResource
{
    private readonly string _path;
    private readonly string _root;
    private readonly HttpOriginClient _http;

    /// <param name="path">Full path.</param>
    /// <param name="root">Full path of the folder that is published.</param>
    /// <param name="http">Fetches what the file names on the web.</param>
    public FileResource(string path, string root, HttpOriginClient http)
    {
        _path = path;
        _root = root;
        _http = http;
    }

    public override string Name => _path;

    public override string FileName => Path.GetFileName(_path);

    public override Uri? ImpliedOrigin => null;

    public override string OriginUri(Uri? origin)
    {
        if (origin is null) return "";
        var parts = Path.GetRelativePath(_root, _path).Replace('\\', '/').Split('/');
        return string.Join('/', parts.Select(Uri.EscapeDataString));
    }

    public override LocalMedia? Local(long offset) => new LocalMedia(_path, offset);

    public override MediaResource Resolve(string reference)
    {
        if (PlaylistUri.IsAbsolute(reference)
            && !reference.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(reference, UriKind.Absolute, out var uri)
                && WebResource.CanRead(uri)
                ? new WebResource(uri, _http)
                : throw new StreamSourceException(
                    $"{reference}: only files, http and https can be read");
        }

        var path = LocalPath(reference);
        if (!path.StartsWith(
            _root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal))
            throw new StreamSourceException($"{reference}: lies outside the folder {_root}");
        return new FileResource(path, _root, _http);
    }

    public override ValueTask<Stream> OpenAsync(
        ByteRange? range, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(_path)) throw new StreamSourceException($"{_path}: is a folder");
            var file = new FileStream(
                _path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (range is not { } part) return ValueTask.FromResult<Stream>(file);
            if (file.Length >= part.End)
                return ValueTask.FromResult<Stream>(new StreamPart(file, part));
            var length = file.Length;
            file.Dispose();
            throw new StreamSourceException(
                $"{_path}: has {length} bytes; byte {part.End - 1} is named");
        }
        catch (Exception problem)
            when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StreamSourceException($"{_path}: no such file", problem);
        }
        catch (Exception problem)
            when (problem is UnauthorizedAccessException
                or (IOException and not StreamSourceException))
        {
            throw new StreamSourceException($"{_path}: {problem.Message}", problem);
        }
    }

    private string LocalPath(string reference)
    {
        if (reference.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(reference, UriKind.Absolute, out var uri)
                ? Path.GetFullPath(uri.LocalPath)
                : throw new StreamSourceException($"{reference}: not a valid URL");
        }

        // A name as it stands wins: "100%.ts" or "a?b.ts" are names on a disk before they are
        // escapes.
        var folder = Path.GetDirectoryName(_path)!;
        var literal = Path.GetFullPath(Path.Combine(folder, reference));
        if (File.Exists(literal)) return literal;
        var query = reference.AsSpan().IndexOfAny('?', '#');
        var name = Uri.UnescapeDataString(query < 0 ? reference : reference[..query]);
        return name.Contains('\0')
            ? throw new StreamSourceException("a file name contains a zero byte")
            : Path.GetFullPath(Path.Combine(folder, name));
    }
}
