using System.Globalization;

namespace P2PStream.Transfer;

/// <summary>A Linux network namespace that lives as long as this object.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const string Prefix = "p2pbench-";

    private static int s_last;

    private readonly Action _removal;

    public NetworkNamespace()
    {
        Name = $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}";
        _removal = () => Command.TryRun(out _, "ip", "netns", "del", Name);
        Leftovers.Add(_removal);
        Command.Run("ip", "netns", "add", Name);
        Ip("link", "set", "lo", "up");
    }

    /// <summary>Null where they can be made; else one line that says why not.</summary>
    public static string? Missing { get; } = !OperatingSystem.IsLinux()
        || !Environment.IsPrivilegedProcess
            ? "needs root on Linux: it shapes a link in a network namespace"
            : Command.TryRun(out _, "tc", "-V") && Command.TryRun(out _, "ip", "-V")
                ? null
                : "needs ip and tc (apt install iproute2)";

    public string Name { get; }

    /// <summary>Removes what a killed run left behind.</summary>
    public static void RemoveOld()
    {
        var folder = new DirectoryInfo("/run/netns");
        if (!folder.Exists || !Environment.IsPrivilegedProcess) return;
        foreach (var file in folder.GetFiles(Prefix + "*"))
        {
            var owner = file.Name[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}"))
                Command.TryRun(out _, "ip", "netns", "del", file.Name);
        }
    }

    public void Ip(params IEnumerable<string> arguments) =>
        Command.Run("ip", ["-n", Name, .. arguments]);

    /// <summary>Lets no more than a rate out of a device; what would wait longer than 50 ms is
    /// dropped.</summary>
    public void Shape(string device, double megabits) => Command.Run(
        "ip", "netns", "exec", Name, "tc", "qdisc", "add", "dev", device, "root", "tbf",
        "rate", string.Create(CultureInfo.InvariantCulture, $"{megabits}mbit"),
        "burst", "64kb", "latency", "50ms");

    public Place At(string address) => new(address, "ip", "netns", "exec", Name);

    public void Dispose()
    {
        Leftovers.Forget(_removal);
        _removal();
    }
}
