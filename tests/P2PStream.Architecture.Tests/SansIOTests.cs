namespace P2PStream.Architecture.Tests;

/// <summary>
/// Time, randomness and bytes are arguments in a core. The banned-symbols analyzer says so while one
/// types; these tests read the compiled result, which no suppression can hide from.
/// </summary>
public sealed class SansIOTests
{
    private static readonly string[] ForbiddenNamespaces =
    [
        "System.Threading.Tasks", "System.Threading.Channels", "System.Timers", "System.Net.Sockets",
        "System.Net.Http", "System.Net.Security", "System.Net.NetworkInformation",
        "System.Net.WebSockets", "Microsoft.Extensions.Logging",
    ];

    /// <summary>Names of address families and nothing else: part of an address, which is data.</summary>
    private static readonly string[] Harmless = ["System.Net.Sockets.AddressFamily"];

    private static readonly string[] ForbiddenTypes =
    [
        "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.HashCode", "System.Console",
        "System.IO.File", "System.IO.FileStream", "System.IO.Directory", "System.IO.Stream",
        "System.Security.Cryptography.RandomNumberGenerator",
        "System.Collections.Generic.HashSet`1",
        "System.Threading.Timer", "System.Threading.PeriodicTimer", "System.Threading.Thread",
        "System.Threading.ThreadPool", "System.Threading.Lock", "System.Threading.Monitor",
        "System.Threading.SemaphoreSlim", "System.Threading.Mutex",
        "System.Threading.CancellationToken", "System.Threading.CancellationTokenSource",
        "System.Threading.ManualResetEventSlim", "System.Threading.ReaderWriterLockSlim",
    ];

    private static readonly string[] ForbiddenMembers =
    [
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today",
        "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow",
        "System.Environment::get_TickCount", "System.Environment::get_TickCount64",
        "System.Random::get_Shared", "System.Guid::NewGuid", "System.String::GetHashCode",
    ];

    public static TheoryData<string> Cores =>
        ["P2PStream.Scheduling", "P2PStream.Protocol", "P2PStream.Discovery", "P2PStream.Swarm"];

    [Theory]
    [MemberData(nameof(Cores))]
    public void A_core_mentions_no_task_socket_timer_clock_lock_or_logger(string core)
    {
        var types = CompiledAssembly.Open(core).ReferencedTypes.Except(Harmless).ToArray();
        Assert.DoesNotContain(types, type => ForbiddenNamespaces.Any(
            name => type.StartsWith(name + ".", StringComparison.Ordinal)));
        Assert.Empty(types.Intersect(ForbiddenTypes));
    }

    [Theory]
    [MemberData(nameof(Cores))]
    public void A_core_asks_nobody_for_the_time_or_for_chance(string core) =>
        Assert.Empty(CompiledAssembly.Open(core).ReferencedMembers.Intersect(ForbiddenMembers));

    [Fact]
    public void The_reader_sees_what_a_shell_mentions()
    {
        var shell = CompiledAssembly.Open("P2PStream");
        Assert.Contains("System.Threading.Tasks.Task", shell.ReferencedTypes);
        Assert.NotEmpty(shell.ReferencedMembers);
    }
}
