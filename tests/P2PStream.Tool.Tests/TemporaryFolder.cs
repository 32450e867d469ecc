using System.Text;

namespace P2PStream.Tool.Tests;

/// <summary>A folder for one test, and what tests put into it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("p2pstream-test-").FullName;

    /// <summary>A path inside it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content, new UTF8Encoding(false));
        return this[name];
    }

    /// <summary>Bytes that no two offsets share by accident.</summary>
    public byte[] WriteBytes(string name, int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        File.WriteAllBytes(this[name], bytes);
        return bytes;
    }

    /// <summary>The first segments of the sample's smallest rendition: a few seconds of real
    /// media.</summary>
    /// <returns>The media playlist.</returns>
    public string CopySample(int segments)
    {
        var sample = System.IO.Path.Combine(AppContext.BaseDirectory, "media", "240p");
        var playlist = new StringBuilder();
        var media = 0;
        foreach (var line in File.ReadLines(System.IO.Path.Combine(sample, "index.m3u8")))
        {
            if (line == "#EXT-X-ENDLIST"
                || (line.StartsWith("#EXTINF", StringComparison.Ordinal) && media == segments))
                break;
            playlist.Append(line).Append('\n');
            if (line.StartsWith("#EXT-X-MAP", StringComparison.Ordinal))
                Copy(sample, line.Split('"')[1]);
            if (line.Length == 0 || line.StartsWith('#')) continue;
            Copy(sample, line);
            media++;
        }

        return Write("index.m3u8", playlist.Append("#EXT-X-ENDLIST\n").ToString());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void Copy(string folder, string name) =>
        File.Copy(System.IO.Path.Combine(folder, name), this[name]);
}
