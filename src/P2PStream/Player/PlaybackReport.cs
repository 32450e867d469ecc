namespace P2PStream;

/// <summary>How playback went.</summary>
/// <param name="StartUp">From the start of playing until the first picture could be shown; null before.</param>
/// <param name="Stalls">How often playback ran dry after it had started.</param>
/// <param name="StalledFor">How long in all.</param>
/// <param name="SegmentsPlayed">Segments played, initialization segments not counted.</param>
/// <param name="BytesPlayed">Bytes handed to the player, all verified.</param>
/// <param name="IsComplete">True when the end was reached.</param>
public sealed record PlaybackReport(
    TimeSpan? StartUp, int Stalls, TimeSpan StalledFor, int SegmentsPlayed, long BytesPlayed, bool IsComplete);
