namespace P2PStream.Testing;

/// <summary>Turns what a case finds into <see cref="ContractException"/>s.</summary>
internal static class Require
{
    public static void That(bool kept, string promise)
    {
        if (!kept) throw new ContractException(promise);
    }

    /// <summary>Requires an exception of a type or one derived from it.</summary>
    public static async Task<TException> ThrowsAsync<TException>(Func<Task> act, string promise)
        where TException : Exception
    {
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (TException expected)
        {
            return expected;
        }
        catch (Exception other) when (other is not ContractException)
        {
            throw new ContractException(
                $"{promise} It threw {other.GetType().Name}: {other.Message}", other);
        }

        throw new ContractException($"{promise} Nothing was thrown.");
    }

    /// <summary>Runs a case within a time, and gives whatever it throws the case's name.</summary>
    public static async Task InTimeAsync(
        string name, TimeSpan limit, Func<CancellationToken, Task> run,
        CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await run(timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (
            timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ContractException($"{name}: not over after {limit.TotalSeconds} s.");
        }
        catch (Exception error) when (
            error is not (ContractException or OperationCanceledException))
        {
            throw new ContractException($"{name}: {error.GetType().Name}: {error.Message}", error);
        }
    }
}
