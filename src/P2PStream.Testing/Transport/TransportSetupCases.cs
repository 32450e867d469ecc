using P2PStream.Transport;

namespace P2PStream.Testing;

/// <summary>Dialling, listening, accepting.</summary>
internal static class TransportSetupCases
{
    /// <summary>Links of the case with many.</summary>
    private const int ManyLinks = 16;

    public static
        IEnumerable<(string Name, Func<TransportSubject, CancellationToken, Task> Run)> All =>
    [
        ("a dialled link is accepted", DialledIsAcceptedAsync),
        ("both ends know each other's identity", IdentitiesMatchAsync),
        ("a listener names its real address", ListenerNamesItselfAsync),
        ("an address in use is refused in one line", AddressInUseAsync),
        ("an unreachable address is refused in one line", UnreachableAsync),
        ("another transport's address is refused", ForeignTagAsync),
        ("dialling with a cancelled token gives up", CancelledDialAsync),
        ("a cancelled accept gives up and the next works", CancelledAcceptAsync),
        ("disposing a listener ends its accept and keeps its links", DisposedListenerAsync),
        ("many links at once", ManyLinksAsync),
    ];

    private static async Task DialledIsAcceptedAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        await using var links = await LinkPair.ConnectAsync(subject, cancellationToken)
            .ConfigureAwait(false);
        Require.That(links.Dialled.Info.IsInitiator, "The end that dialled is the initiator.");
        Require.That(!links.Accepted.Info.IsInitiator,
            "The end that accepted is not the initiator.");
        Require.That(links.Dialled.Info.RemoteAddress.Tag == subject.Dialling.Tag,
            "A link's address has its transport's tag.");
        Require.That(links.Dialled.Info.SetupTime >= TimeSpan.Zero,
            "Setting up takes no negative time.");
    }

    private static async Task IdentitiesMatchAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        await using var links = await LinkPair.ConnectAsync(subject, cancellationToken)
            .ConfigureAwait(false);
        Require.That(links.Dialled.Info.Remote == subject.Listening.LocalId,
            "The dialling end knows the listening node's identity.");
        Require.That(links.Accepted.Info.Remote == subject.Dialling.LocalId,
            "The accepting end knows the dialling node's identity.");
    }

    private static async Task ListenerNamesItselfAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        var listener = await subject.Listening.ListenAsync(subject.ListenAddress, cancellationToken)
            .ConfigureAwait(false);
        await using var _ = listener.ConfigureAwait(false);
        Require.That(listener.LocalAddress.Tag == subject.Listening.Tag,
            "A listener's address has its transport's tag.");
        Require.That(listener.LocalAddress.Value.Length is > 0 and <= 255,
            "A listener's address has 1 to 255 characters.");
    }

    private static async Task AddressInUseAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        var listener = await subject.Listening.ListenAsync(subject.ListenAddress, cancellationToken)
            .ConfigureAwait(false);
        await using var _ = listener.ConfigureAwait(false);
        var error = await Require.ThrowsAsync<LinkException>(
            () => subject.Listening.ListenAsync(listener.LocalAddress, cancellationToken).AsTask(),
            "Listening where somebody listens is a LinkException.").ConfigureAwait(false);
        OneLine(error);
    }

    private static async Task UnreachableAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        if (subject.Unreachable is not { } nowhere) return;
        var error = await Require.ThrowsAsync<LinkException>(
            () => subject.Dialling.ConnectAsync(nowhere, cancellationToken).AsTask(),
            "Dialling where nobody listens is a LinkException.").ConfigureAwait(false);
        OneLine(error);
    }

    private static async Task ForeignTagAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        var foreign = subject.ListenAddress with { Tag = "no-such-tag" };
        await Require.ThrowsAsync<LinkException>(
            () => subject.Dialling.ConnectAsync(foreign, cancellationToken).AsTask(),
            "Dialling another transport's address is a LinkException.").ConfigureAwait(false);
        await Require.ThrowsAsync<LinkException>(
            () => subject.Listening.ListenAsync(foreign, cancellationToken).AsTask(),
            "Listening at another transport's address is a LinkException.").ConfigureAwait(false);
    }

    private static async Task CancelledDialAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        var listener = await subject.Listening.ListenAsync(subject.ListenAddress, cancellationToken)
            .ConfigureAwait(false);
        await using var _ = listener.ConfigureAwait(false);
        await Require.ThrowsAsync<OperationCanceledException>(
            () => subject.Dialling.ConnectAsync(
                listener.LocalAddress, new CancellationToken(canceled: true)).AsTask(),
            "Dialling with a cancelled token is cancelled.").ConfigureAwait(false);
    }

    private static async Task CancelledAcceptAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        var listener = await subject.Listening.ListenAsync(subject.ListenAddress, cancellationToken)
            .ConfigureAwait(false);
        await using var _ = listener.ConfigureAwait(false);
        using var cancel = new CancellationTokenSource();
        var accepting = listener.AcceptAsync(cancel.Token).AsTask();
        await cancel.CancelAsync().ConfigureAwait(false);
        await Require.ThrowsAsync<OperationCanceledException>(
            () => accepting, "A cancelled accept is cancelled.").ConfigureAwait(false);
        var (dialled, accepted) = await LinkPair.ConnectAsync(subject, listener, cancellationToken)
            .ConfigureAwait(false);
        await dialled.DisposeAsync().ConfigureAwait(false);
        await accepted.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task DisposedListenerAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        await using var links = await LinkPair.ConnectAsync(subject, cancellationToken)
            .ConfigureAwait(false);
        var accepting = links.Listener.AcceptAsync(cancellationToken).AsTask();
        await links.Listener.DisposeAsync().ConfigureAwait(false);
        await links.Listener.DisposeAsync().ConfigureAwait(false);
        Require.That(await accepting.ConfigureAwait(false) is null,
            "An accept under way returns null when its listener is disposed.");
        await LinkPair.SendAsync(links.Dialled.Output, "alive"u8.ToArray(), cancellationToken)
            .ConfigureAwait(false);
        var bytes = await LinkPair.ReadAsync(links.Accepted.Input, 5, cancellationToken)
            .ConfigureAwait(false);
        Require.That(bytes.AsSpan().SequenceEqual("alive"u8), "A link outlives its listener.");
    }

    private static async Task ManyLinksAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        var listener = await subject.Listening.ListenAsync(subject.ListenAddress, cancellationToken)
            .ConfigureAwait(false);
        await using var _ = listener.ConfigureAwait(false);
        var dialling = Enumerable.Range(0, ManyLinks).Select(_ =>
            subject.Dialling.ConnectAsync(listener.LocalAddress, cancellationToken).AsTask())
            .ToList();
        var links = new List<ILink>();
        for (var i = 0; i < ManyLinks; i++)
        {
            var accepted = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            Require.That(accepted is not null, "A listener that lives returns a link.");
            links.Add(accepted!);
            await LinkPair.SendAsync(accepted!.Output, new[] { (byte)i }, cancellationToken)
                .ConfigureAwait(false);
        }

        var seen = new SortedSet<byte>();
        foreach (var dialled in await Task.WhenAll(dialling).ConfigureAwait(false))
        {
            links.Add(dialled);
            var one = await LinkPair.ReadAsync(dialled.Input, 1, cancellationToken)
                .ConfigureAwait(false);
            seen.Add(one[0]);
        }

        Require.That(seen.Count == ManyLinks, "Every dialled link has an accepted end of its own.");
        foreach (var link in links) await link.DisposeAsync().ConfigureAwait(false);
    }

    private static void OneLine(LinkException error) =>
        Require.That(error.Message.Length > 0 && !error.Message.AsSpan().ContainsAny('\r', '\n'),
            "A LinkException's message is one line for people.");
}
