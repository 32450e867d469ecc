namespace P2PStream.Http;

/// <summary>What an origin gives for a request.</summary>
/// <param name="Body">The bytes asked for, as they arrive.</param>
/// <param name="TotalBytes">Size of the whole resource; null when the origin does not say.</param>
internal readonly record struct OriginAnswer(Stream Body, long? TotalBytes);
