using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using StreamBert.Contracts;
using StreamBert.Gateway;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Dashboard;

/// <summary>
/// A whole Gateway on an embedded log and a real Redis, in Production, and a real Chromium. Where one is absent the tests say so and are
/// skipped.
/// </summary>
public sealed class DashboardHost : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-dashboard-").FullName;
    private Process? _redis;
    private WebApplication? _app;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _absent;

    public string Address { get; private set; } = "";

    /// <summary>The Gateway's log; whoever asks for it where Chromium or Redis is absent is skipped.</summary>
    public IEventLog Log => Present(_app).Services.GetRequiredService<IEventLog>();

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Absent is { } absent)
        {
            _absent = absent;
        }
        else if (!TryStartRedis(out var port))
        {
            _absent = "redis-server is not installed; the dashboard's tests need Redis 7.";
        }
        else
        {
            await StartGatewayAsync(port);
            _playwright = await Playwright.CreateAsync();
            _browser = await Chromium.LaunchAsync(_playwright);
        }
    }

    /// <summary>A page of a fresh browser profile, watched for errors and for requests to anybody else.</summary>
    public async Task<WatchedPage> OpenAsync(string path, ColorScheme theme = ColorScheme.Light)
    {
        var context = await Present(_browser).NewContextAsync(
            new() { ViewportSize = new() { Width = 1440, Height = 900 }, ColorScheme = theme, TimezoneId = "Europe/Berlin" });
        context.SetDefaultTimeout(20_000);
        var page = new WatchedPage(await context.NewPageAsync(), Address);
        await page.Page.GotoAsync($"{Address}/{path.TrimStart('/')}");
        await page.Page.GetByRole(AriaRole.Status).GetByText("Running").WaitForAsync();
        return page;
    }

    private T Present<T>(T? part) where T : class
    {
        Assert.SkipWhen(_absent is not null, _absent ?? "");
        return part!;
    }

    public Task AppendAsync<T>(string topic, string key, T value, DateTimeOffset at) =>
        Log.AppendAsync(
            [EventRecord.Create(topic, key, value, at)],
            TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync(TestContext.Current.CancellationToken);
            await _app.DisposeAsync();
        }

        _redis?.Kill();
        _redis?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartGatewayAsync(int redisPort)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = _directory });
        builder.Configuration["Log:Directory"] = Path.Combine(_directory, "log");
        builder.Configuration["Redis:ConnectionString"] = $"127.0.0.1:{redisPort}";
        builder.Configuration["Gateway:Urls"] = "http://127.0.0.1:0";
        foreach (var (index, pipeline) in DefaultPipelines.All.Append(new() { Name = "quiet", Heads = ["sentiment"] }).Index())
        {
            builder.Configuration[$"Pipelines:{index}:Name"] = pipeline.Name;
            builder.Configuration[$"Pipelines:{index}:Monitor:SegmentHead"] = pipeline.Monitor.SegmentHead;
            foreach (var (position, head) in pipeline.Heads.Index()) builder.Configuration[$"Pipelines:{index}:Heads:{position}"] = head;
        }

        builder.AddGateway();
        builder.Services.AddHostedService<StandInWorker>();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        _app = builder.Build();
        _app.MapGateway();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = _app.Urls.Single();
    }

    private bool TryStartRedis(out int port)
    {
        port = FreePort();
        try
        {
            _redis = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--logfile", Path.Combine(_directory, "redis.log")]));
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
