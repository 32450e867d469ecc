using P2PStream.Protocol;

namespace P2PStream.Fuzz.Targets;

/// <summary>Encoded authorities of one stream: nothing but the genuine one verifies.</summary>
public sealed class AuthorityTarget : IFuzzTarget
{
    private readonly FuzzStream _stream = new();

    /// <inheritdoc/>
    public string Name => "authority";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        var status = Authority.TryVerify(
            input, _stream.PublicKey, FuzzStream.Name, FuzzStream.Now, out var verified);
        Check.That(status == AuthorityStatus.Verified == verified is not null, "one outcome");
        if (!Authority.TryDecode(input, out var authority))
        {
            Check.That(status == AuthorityStatus.Malformed, "what does not decode does not verify");
            return;
        }

        Check.That(input.SequenceEqual(authority!.Encode()), "an authority has one encoding");
        if (verified is null) return;
        Check.That(
            input.SequenceEqual(_stream.Authority.Encoded.Span), "only the genuine one verifies");
    }
}
