namespace P2PStream.Fuzz.Targets;

/// <summary>What must hold of a target's outcome, in every build.</summary>
internal static class Check
{
    /// <summary>Throws when it does not hold: a finding.</summary>
    public static void That(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException($"Does not hold: {what}.");
    }
}
