using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamBert.Gateway;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>A whole Gateway on Kestrel and an embedded log of its own, with a stand-in for the inference worker.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly string _directory;
    private readonly WebApplication _app;

    private GatewayHost(string directory, WebApplication app)
    {
        (_directory, _app) = (directory, app);
        Client = new() { BaseAddress = new(app.Urls.Single()) };
    }

    public HttpClient Client { get; }
    public IEventLog Log => _app.Services.GetRequiredService<IEventLog>();
    public IEnumerable<RouteEndpoint> Routes
        => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>A part of the process waits from now on.</summary>
    public void Wait(string part, string detail) => _app.Services.GetRequiredService<Readiness>().MarkWaiting(part, detail);

    public static Task<GatewayHost> StartAsync(string redis, params (string Key, string Value)[] settings)
        => StartAsync(redis, null, settings);

    /// <param name="configure">Changes what the host is made of: its log level and sinks, its services, files of settings.</param>
    public static async Task<GatewayHost> StartAsync(
        string redis,
        Action<WebApplicationBuilder>? configure,
        params (string Key, string Value)[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("streambert-gateway-").FullName;
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = directory });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration["Log:Engine"] = "embedded";
        builder.Configuration["Log:Directory"] = Path.Combine(directory, "log");
        builder.Configuration["Privacy:Directory"] = Path.Combine(directory, "keys");
        builder.Configuration["Models:Directory"] = Path.Combine(directory, "models");
        builder.Configuration["Redis:ConnectionString"] = redis;
        builder.Configuration["Redis:Timeout"] = redis == Keys.NoRedis ? "00:00:00.1" : "00:00:01"; // what never comes is not waited for
        builder.Configuration["Gateway:Urls"] = "http://127.0.0.1:0";
        foreach (var (key, value) in settings) builder.Configuration[key] = value;
        configure?.Invoke(builder);
        builder.AddGateway();
        builder.Services.AddHostedService<KeywordWorker>();
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(directory, app);
    }

    public Task<HttpResponseMessage> PostAsync(string path, object body) =>
        Client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    public async Task<JsonElement> GetAsync(string path) =>
        await Client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    /// <summary>Asks again until the answer is 200 and as wanted.</summary>
    public async Task<JsonElement> GetUntilAsync(string path, Func<JsonElement, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Timeout);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var response = await Client.GetAsync(path, patience.Token);
            if (response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync<JsonElement>(patience.Token) is var answer
                && wanted(answer))
            {
                return answer;
            }

            await pause.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Stops it as a signal would.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
