using System.Diagnostics;

namespace P2PStream.StartUp;

/// <summary>
/// A network namespace for the viewer and the only path out of it: every IP packet, TCP and UDP,
/// passes between two tun devices at the path's rate and after its delay.
/// </summary>
internal sealed class ShapedPath : IDisposable
{
    public const string Namespace = "p2pstream-startup";
    public const string NearAddress = "10.77.0.1";
    public const string FarAddress = "10.77.0.2";
    public const double BitsPerSecond = 20_000_000;

    private const string NearDevice = "p2pnear";
    private const string FarDevice = "p2pfar";

    /// <summary>Each way: half the round trip.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    /// <summary>What would wait longer for the line is dropped.</summary>
    public static readonly TimeSpan LongestQueue = TimeSpan.FromMilliseconds(100);

    private ShapedPath()
    {
    }

    public static ShapedPath Open()
    {
        var near = new Tunnel(NearDevice);
        var far = new Tunnel(FarDevice);
        Ip($"netns add {Namespace}");
        var path = new ShapedPath();
        try
        {
            Ip($"link set {FarDevice} netns {Namespace}");
            Ip($"addr add {NearAddress}/30 dev {NearDevice}");
            Ip($"link set {NearDevice} up");
            Ip($"-n {Namespace} addr add {FarAddress}/30 dev {FarDevice}");
            Ip($"-n {Namespace} link set {FarDevice} up");
            Ip($"-n {Namespace} link set lo up");
            new Direction(near, far).Start();
            new Direction(far, near).Start();
            return path;
        }
        catch
        {
            path.Dispose();
            throw;
        }
    }

    /// <summary>The devices go with this process.</summary>
    public void Dispose() => Ip($"netns del {Namespace}");

    private static void Ip(string arguments)
    {
        using var ip = Process.Start("ip", arguments);
        ip.WaitForExit();
        if (ip.ExitCode != 0) throw new IOException($"ip {arguments} failed");
    }
}
