using System.CommandLine;
using System.Net;
using P2PStream.Tool.Commands;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Tests;

/// <summary>The time that a question to the DHT may take covers all its steps.</summary>
public sealed class DhtTimeLimitTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task It_covers_looking_up_the_bootstrap_nodes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var isAsked = false;
        var options = new DhtOptions(NeverAsync);
        var command = options.Command("x", "", [options.Bootstrap],
            async (result, token) => Told(await Assert.ThrowsAsync<ToolException>(() =>
                options.RunAsync(result, (_, _) => Task.FromResult(ExitCode.Success), token))));
        var code = await command.Parse(["--bootstrap", "slow.example:1", "--timeout", "0.05"])
            .InvokeAsync(cancellationToken: cancellation);
        Assert.Equal(ExitCode.Failed, code);
        Assert.True(isAsked);

        // A resolver that heeds nobody.
        Task<IPAddress[]> NeverAsync(string host, CancellationToken cancellationToken)
        {
            isAsked = true;
            return new TaskCompletionSource<IPAddress[]>().Task;
        }

        static int Told(ToolException error)
        {
            Assert.Equal(
                "--bootstrap: no address of 'slow.example' is found in 0.05 s", error.Message);
            return error.ExitCode;
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Who_interrupts_hears_of_no_limit()
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        using var time = new TimeLimit(TimeSpan.FromMinutes(5), interrupt.Token);
        var waiting = AddressArgument.Parse("slow.example:1", "--bootstrap").ResolveAsync(
            "--bootstrap", time, (_, _) => new TaskCompletionSource<IPAddress[]>().Task);
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
