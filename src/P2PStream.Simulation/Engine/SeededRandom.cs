namespace P2PStream.Simulation;

/// <summary>Random numbers that follow from a seed on every runtime (SplitMix64). Who needs some has its own,
/// so that one more draw somewhere changes nothing elsewhere.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>One of its own for a purpose and a number.</summary>
    public static SeededRandom For(ulong seed, string purpose, long number)
    {
        var hash = Mix(seed);
        foreach (var letter in purpose) hash = Mix(hash ^ letter);
        return new SeededRandom(Mix(hash ^ (ulong)number));
    }

    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>At least 0, below 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>At least 0, below the limit.</summary>
    public int Next(int limit) => (int)(NextDouble() * limit);

    public double Between(double least, double most) => least + NextDouble() * (most - least);

    /// <summary>Exponentially distributed.</summary>
    public double NextExponential(double mean) => -mean * Math.Log(1 - NextDouble());

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
