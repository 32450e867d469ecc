using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>
/// Looks up the DHT nodes that a host or a link names. One whose name has no address, as none has on a
/// machine that is not connected yet, keeps neither the node nor the other names from anything: it is told of in
/// one line and looked up again.
/// </summary>
/// <param name="log">Is told of names without an address.</param>
/// <param name="time">The clock.</param>
/// <param name="resolve">Looks a name up; null for the system's resolver.</param>
internal sealed class BootstrapNames(ILogger log, TimeProvider time,
    Func<HostPort, CancellationToken, ValueTask<IReadOnlyList<IPEndPoint>>>? resolve = null)
{
    /// <summary>The pause before a name is looked up again, at first; then twice as long each time.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Looks names up.</summary>
    /// <param name="names">As <c>host:port</c>; what is not is passed over.</param>
    /// <param name="missing">Takes those without an address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(
        IEnumerable<string> names, ICollection<string> missing, CancellationToken cancellationToken)
    {
        var found = new List<IPEndPoint>();
        foreach (var name in names)
        {
            if (!HostPort.TryParse(name, out var target)) continue;
            try
            {
                found.AddRange(await (resolve?.Invoke(target, cancellationToken)
                    ?? target.ResolveAsync(cancellationToken)));
            }
            catch (SocketException error)
            {
                Log.NameWithoutAddress(log, name, error.Message);
                missing.Add(name);
            }
        }

        return found;
    }

    /// <summary>Looks names up again until all have an address or the token is cancelled. Never
    /// faults.</summary>
    /// <param name="names">Those that had none.</param>
    /// <param name="join">Is given what is found.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ResolveLaterAsync(IReadOnlyCollection<string> names,
        Func<IReadOnlyList<IPEndPoint>, CancellationToken, Task> join, CancellationToken cancellationToken)
    {
        try
        {
            for (var pause = FirstPause; names.Count > 0; pause = pause.Doubled(LongestPause))
            {
                await Task.Delay(pause, time, cancellationToken);
                var missing = new List<string>();
                var found = await ResolveAsync(names, missing, cancellationToken);
                names = missing;
                if (found.Count > 0) await join(found, cancellationToken);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The node or the stream has ended.
        }
        catch (Exception error)
        {
            Log.SearchFailed(log, error.Message);
        }
    }
}
