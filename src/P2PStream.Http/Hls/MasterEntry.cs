using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>One media playlist that a master playlist names.</summary>
/// <param name="Line">Where.</param>
/// <param name="Uri">As written.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Name">For people.</param>
/// <param name="Bandwidth">Peak bits per second; 0 when not stated.</param>
internal sealed record MasterEntry(
    int Line, string Uri, TrackKind Kind, string Name, long Bandwidth);
