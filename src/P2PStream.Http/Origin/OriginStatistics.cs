namespace P2PStream.Http;

/// <summary>What an <see cref="OriginServer"/> has sent of one resource, or in all.</summary>
/// <param name="Requests">Answered with a body.</param>
/// <param name="Bytes">Of bodies, without headers.</param>
public readonly record struct OriginStatistics(long Requests, long Bytes);
