namespace P2PStream.Http;

/// <summary>What an EXT-X-MAP tag names.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Uri">As written.</param>
/// <param name="Range">Its part of the resource; null for all of it.</param>
internal sealed record InitializationTag(int Line, string Uri, ByteRange? Range);
