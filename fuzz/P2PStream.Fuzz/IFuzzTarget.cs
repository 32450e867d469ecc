namespace P2PStream.Fuzz;

/// <summary>One thing to fuzz. A target throws only for a bug: hostile input is a status.</summary>
public interface IFuzzTarget
{
    /// <summary>Names the target on the command line and its folder under <c>fuzz/corpus</c>.</summary>
    string Name { get; }

    /// <summary>Feeds one input and checks what must hold of the outcome.</summary>
    void Run(ReadOnlySpan<byte> input);
}
