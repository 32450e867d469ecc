using System.Text;
using P2PStream.Protocol;

namespace P2PStream.Fuzz.Targets;

/// <summary>Links, as a person or a web page gives them: read, written and read again they are the
/// same.</summary>
public sealed class LinkTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "link";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (!StreamLink.TryParse(text, out var link, out var error))
        {
            Check.That(error.Length > 0 && !error.Contains('\n'), "an error is one line");
            return;
        }

        var written = link.ToString();
        Check.That(written.Length <= StreamLink.MaxLength, "a link stays within its length");
        Check.That(
            StreamLink.TryParse(written, out var again, out _), "a written link can be read");
        Check.That(link.StreamId == again!.StreamId, "a link keeps its stream");
        Check.That(again.ToString() == written, "a link has one text");
    }
}
