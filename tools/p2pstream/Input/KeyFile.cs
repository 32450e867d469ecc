using System.Security.Cryptography;
using P2PStream.Protocol;

namespace P2PStream.Tool.Input;

/// <summary>A root key in a file that only its owner may read: the secret in its first line, the
/// public key in its second.</summary>
/// <remarks>Any 32 bytes are a key, so that a secret with one letter changed would be another
/// publisher's: the second line tells. Older files have none and are read unchecked.</remarks>
internal static class KeyFile
{
    /// <summary>Larger files are no keys; bytes.</summary>
    private const int LargestBytes = 4096;

    /// <summary>A key that nobody had before; the core draws no random bytes itself.</summary>
    public static RootKey Generate()
    {
        Span<byte> seed = stackalloc byte[RootKey.SeedBytes];
        RandomNumberGenerator.Fill(seed);
        var key = RootKey.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>Writes a key to a new file; never over an old one, whose streams would be
    /// lost.</summary>
    public static void Write(string path, RootKey key)
    {
        var options =
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (File.Exists(path))
            throw ToolException.BadInput($"{path} exists already; keys are not overwritten");
        PathProblem.RefuseUnlessFileCanBeMade(path);
        using var file = Open(path, options);
        try
        {
            using var writer = new StreamWriter(file);
            writer.WriteLine(key.ExportText());
            writer.WriteLine(key.ToString());
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Reads a key that <see cref="Write"/> wrote.</summary>
    public static RootKey Read(string path)
    {
        if (Directory.Exists(path))
            throw ToolException.BadInput($"{path} is a folder, not a key file");
        if (!File.Exists(path)) throw ToolException.BadInput($"there is no key file {path}");
        using var file =
            Open(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read });
        if (file.Length <= LargestBytes)
        {
            using var reader = new StreamReader(file);
            var lines = reader.ReadToEnd().Trim().Split('\n', 2, StringSplitOptions.TrimEntries);
            // What is wrong is told without the text, which may be a secret.
            if (RootKey.TryParse(lines[0], out var key, out _))
            {
                if (lines.Length == 1 || lines[1] == key.ToString()) return key;
                key.Dispose();
                throw ToolException.BadInput(
                    $"{path} is damaged: its secret and its public key do not belong together");
            }
        }

        throw ToolException.BadInput(
            $"{path} holds no key; make one with 'p2pstream keygen --out FILE'");
    }

    private static FileStream Open(string path, FileStreamOptions options)
    {
        try
        {
            return new FileStream(path, options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ToolException.BadInput(
                $"{path} cannot be opened: {PathProblem.Of(path, exception)}");
        }
    }
}
