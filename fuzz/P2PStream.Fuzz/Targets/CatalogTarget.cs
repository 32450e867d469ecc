using P2PStream.Protocol;

namespace P2PStream.Fuzz.Targets;

/// <summary>Encoded catalogs: one encoding for a value, and file names that name no path.</summary>
public sealed class CatalogTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "catalog";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (!CatalogCodec.TryDecode(input, out var catalog)) return;
        Check.That(
            input.SequenceEqual(CatalogCodec.Encode(catalog!)), "a catalog has one encoding");
        Check.That(
            Path.GetFileName(catalog!.FileName) == catalog.FileName, "a file name is no path");
        Check.That(catalog.FileName is not ("." or ".."), "a file name is no folder");
        foreach (var track in catalog.Tracks)
        {
            Check.That(
                catalog.Tracks.Any(other => other.Id == track.InitializationTrack),
                "an initialization track exists");
        }
    }
}
