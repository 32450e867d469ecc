using System.Net;

namespace P2PStream.Http.Tests;

/// <summary>A gateway over the repository's sample, for tests that only read.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private FolderStream? _stream;
    private GatewayServer? _gateway;

    public HttpClient Http { get; private set; } = new();

    public Uri BaseUri => _gateway!.PageUri;

    public async ValueTask InitializeAsync()
    {
        _stream = await FolderStream.OpenAsync(
            SampleMedia.Master, TestContext.Current.CancellationToken);
        _gateway = await GatewayServer.StartAsync(
            _stream, new GatewayOptions { AllowedHosts = ["viewer.example"] },
            TestContext.Current.CancellationToken);
        Http = new HttpClient { BaseAddress = _gateway.PageUri };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _gateway!.DisposeAsync();
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        return response.StatusCode;
    }
}
