using System.Net;

namespace P2PStream.Http.Tests;

public sealed class WebHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        await using var first = await WebHost.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), null, _ => Task.CompletedTask, Token);
        var problem = await Assert.ThrowsAnyAsync<IOException>(() => WebHost.StartAsync(
            new IPEndPoint(IPAddress.Loopback, first.BaseUri.Port), null, _ =>
                Task.CompletedTask, Token));
        Assert.Contains("address already in use", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public async Task It_ends_at_once_though_a_player_is_still_being_served()
    {
        var host = await WebHost.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), null, async context =>
            {
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }, Token);
        using var http = new HttpClient();
        await using var body = await http.GetStreamAsync(host.BaseUri, Token);
        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), Token);
    }
}
