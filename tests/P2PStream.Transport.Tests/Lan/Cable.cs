using System.Diagnostics;
using System.Globalization;

namespace P2PStream.Transport.Tests;

/// <summary>Two hosts, each a network namespace, with a cable between them and nothing else.</summary>
internal sealed class Cable : IDisposable
{
    private readonly List<Process> _keepers = [];
    private readonly List<NetworkNamespace> _hosts = [];

    private Cable()
    {
    }

    /// <summary>The two.</summary>
    public IReadOnlyList<NetworkNamespace> Hosts => _hosts;

    /// <summary>Lays it, or skips the test where that cannot be done.</summary>
    /// <param name="addresses">One of each host, with the length of its prefix.</param>
    public static Cable LayOrSkip(params IReadOnlyList<string> addresses)
    {
        Assert.SkipWhen(NetworkNamespace.Missing is not null, NetworkNamespace.Missing ?? "");
        var cable = new Cable();
        try
        {
            foreach (var _ in addresses) cable.AddHost();
            var other = cable._keepers[1].Id.ToString(CultureInfo.InvariantCulture);
            var (isLaid, problem) =
                cable.Ip(0, "link", "add", "lan", "type", "veth", "peer", "name", "lan", "netns", other);
            Assert.SkipUnless(isLaid, $"no cable can be laid here: {problem}");
            for (var i = 0; i < addresses.Count; i++)
            {
                // One address only; and nobody waits until it is known to be nobody else's.
                cable.Do(i, "link", "set", "lan", "addrgenmode", "none");
                cable.Do(i, "address", "add", addresses[i], "dev", "lan", "nodad");
                cable.Do(i, "link", "set", "lan", "up");
            }

            // The system takes a moment to see that both ends are plugged in.
            for (var i = 0; i < addresses.Count; i++)
            {
                while (!cable.Do(i, "link", "show", "lan").Contains("state UP", StringComparison.Ordinal))
                    TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }

            return cable;
        }
        catch
        {
            cable.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var host in _hosts) host.Dispose();
        foreach (var keeper in _keepers)
        {
            keeper.Kill(entireProcessTree: true);
            keeper.WaitForExit();
            keeper.Dispose();
        }
    }

    /// <summary>A namespace lasts as long as a process in it.</summary>
    private void AddHost()
    {
        var keeper = Process.Start(
            new ProcessStartInfo("unshare", ["--net", "sh", "-c", "echo ready; exec cat"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        _keepers.Add(keeper);
        Assert.Equal("ready", keeper.StandardOutput.ReadLine());
        _hosts.Add(NetworkNamespace.Of(keeper));
    }

    /// <returns>What it says.</returns>
    private string Do(int host, params IEnumerable<string> arguments)
    {
        var (isDone, said) = Ip(host, arguments);
        Assert.True(isDone, said);
        return said;
    }

    private (bool IsDone, string Said) Ip(int host, params IEnumerable<string> arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo(
            "nsenter", [$"--net=/proc/{_keepers[host].Id}/ns/net", "ip", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // Both are short.
        var said = ip.StandardOutput.ReadToEnd() + ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        return (ip.ExitCode == 0, said.Trim());
    }
}
