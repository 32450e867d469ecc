using FsCheck.Xunit;

namespace P2PStream.Tests.Shared;

/// <summary>A property with a number of generated cases, and ten times as many in the long
/// form.</summary>
[AttributeUsage(AttributeTargets.Method)]
#pragma warning disable xUnit3003 // FsCheck's attribute takes no source information to pass on.
internal sealed class ManyCasesAttribute : PropertyAttribute
#pragma warning restore xUnit3003
{
    /// <summary>Takes the number of the ordinary form.</summary>
    public ManyCasesAttribute(int cases)
    {
        Cases = cases;
        MaxTest = LongRun.Cases(cases);
    }

    /// <summary>Cases of the ordinary form.</summary>
    public int Cases { get; }
}
