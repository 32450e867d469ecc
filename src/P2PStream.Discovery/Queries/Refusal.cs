namespace P2PStream.Discovery;

/// <summary>Why a query is answered by an error; the default is no refusal.</summary>
internal readonly ref struct Refusal(KrpcError code, ReadOnlySpan<byte> text)
{
    public KrpcError Code { get; } = code;

    public ReadOnlySpan<byte> Text { get; } = text;

    public bool IsNone => Code == 0;
}
