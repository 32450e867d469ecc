namespace P2PStream.Protocol;

/// <summary>One row of the <see cref="FrameTable"/>.</summary>
/// <param name="Type">The number on the wire.</param>
/// <param name="Name">Its name in the specification.</param>
/// <param name="MinimumLength">Fewest bytes of payload.</param>
/// <param name="MaximumLength">Most bytes of payload; checked before they are awaited.</param>
/// <param name="Level">Whether it belongs to the link or to a channel.</param>
/// <param name="Sender">Who may send it.</param>
/// <param name="Rate">What bounds its rate.</param>
public sealed record FrameInfo(
    FrameType Type,
    string Name,
    int MinimumLength,
    int MaximumLength,
    FrameLevel Level,
    FrameSender Sender,
    FrameRate Rate);
