namespace P2PStream.Transfer;

/// <summary>An empty folder on a disk, for a node's store. Deleted when disposed.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly Action _removal;

    public StoreFolder()
    {
        // Named as test files are: what a killed run leaves is removed with them.
        _folder = Directory.CreateDirectory(System.IO.Path.Combine(
            System.IO.Path.GetTempPath(), $"{TestFile.Prefix}{Environment.ProcessId}-store"));
        _removal = () => _folder.Delete(recursive: true);
        Leftovers.Add(_removal);
    }

    public string Path => _folder.FullName;

    public void Dispose()
    {
        Leftovers.Forget(_removal);
        _removal();
    }
}
