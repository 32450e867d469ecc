namespace P2PStream.StartUp;

/// <summary>One run, as the process in the namespace tells it.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">In <paramref name="Unit"/>.</param>
/// <param name="Unit">ms, Mbit/s or share.</param>
internal sealed record Sample(string Name, double Value, string Unit);
