namespace P2PStream.Protocol;

/// <summary>The two numbers of a <see cref="TokenBucket"/>.</summary>
/// <param name="PerSecond">Tokens that flow in, in a second.</param>
/// <param name="Burst">Tokens it holds, and starts with.</param>
internal readonly record struct RateLimit(int PerSecond, int Burst);
