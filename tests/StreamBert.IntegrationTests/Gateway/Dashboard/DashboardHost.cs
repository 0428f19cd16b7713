using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using StreamBert.Contracts;
using StreamBert.Gateway;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>
/// A complete Gateway in the environment Production, on an embedded log and a real Redis, with a real Chromium. The tests are skipped if
/// Redis or Chromium is not installed.
/// </summary>
public sealed class DashboardHost : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-dashboard-").FullName;
    private Process? _redis;
    private WebApplication? _app;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _missingReason;

    public string Address { get; private set; } = "";

    /// <summary>The log of the Gateway. Reading this property skips the test if Chromium or Redis is not installed.</summary>
    public IEventLog Log => Require(_app).Services.GetRequiredService<IEventLog>();

    public async ValueTask InitializeAsync()
    {
        if (Chromium.MissingReason is { } reason)
        {
            _missingReason = reason;
        }
        else if (!TryStartRedis(out var port))
        {
            _missingReason = "redis-server is not installed; the dashboard tests require Redis 7.";
        }
        else
        {
            await StartGatewayAsync(port);
            _playwright = await Playwright.CreateAsync();
            _browser = await Chromium.LaunchAsync(_playwright);
        }
    }

    /// <summary>Opens a page in a fresh browser profile and checks it for errors and for requests to other hosts.</summary>
    public async Task<CheckedPage> OpenAsync(string path, ColorScheme theme = ColorScheme.Light, string locale = "en-US")
    {
        var context = await Require(_browser).NewContextAsync(new()
        {
            ViewportSize = new() { Width = 1440, Height = 900 },
            ColorScheme = theme,
            TimezoneId = "Europe/Berlin",
            Locale = locale,
        });
        context.SetDefaultTimeout(20_000);
        var page = new CheckedPage(await context.NewPageAsync(), Address);
        await page.Page.GotoAsync($"{Address}/{path.TrimStart('/')}");
        await page.Page.Locator(".sb-state:not(.degraded)").WaitForAsync();
        return page;
    }

    private T Require<T>(T? component) where T : class
    {
        Assert.SkipWhen(_missingReason is not null, _missingReason ?? "");
        return component!;
    }

    public Task AppendAsync<T>(string topic, string key, T value, DateTimeOffset at) =>
        Log.AppendAsync(
            [EventRecord.Create(topic, key, value, at)],
            TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
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
        AddPipelines(builder.Configuration);
        builder.Configuration["Log:Directory"] = Path.Combine(_directory, "log");
        builder.Configuration["Privacy:Directory"] = Path.Combine(_directory, "keys");
        builder.Configuration["Redis:ConnectionString"] = $"127.0.0.1:{redisPort}";
        builder.Configuration["Gateway:Urls"] = "http://127.0.0.1:0";
        builder.AddGateway();
        builder.Services.AddHostedService<StubWorker>();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        _app = builder.Build();
        _app.MapGateway();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = _app.Urls.Single();
    }

    /// <summary>Configures the default pipelines, one that never has texts, one without sentiment, and two to label.</summary>
    private static void AddPipelines(ConfigurationManager configuration)
    {
        PipelineOptions[] added =
        [
            new() { Name = "quiet", Heads = ["sentiment"] }, new() { Name = "logs", Heads = ["severity", "event"] },
            new() { Name = "reviews", Heads = ["sentiment"] }, new() { Name = "answers", Heads = ["sentiment"] },
        ];
        foreach (var (index, pipeline) in DefaultPipelines.All.Concat(added).Index())
        {
            configuration[$"Pipelines:{index}:Name"] = pipeline.Name;
            foreach (var (position, dimension) in pipeline.Monitor.Rules.Segments.Index())
                configuration[$"Pipelines:{index}:Monitor:Rules:Segments:{position}"] = dimension;
            foreach (var (position, head) in pipeline.Heads.Index())
                configuration[$"Pipelines:{index}:Heads:{position}"] = head;
        }
    }

    private bool TryStartRedis(out int port)
    {
        port = FreePort();
        try
        {
            _redis = Process.Start(new ProcessStartInfo("redis-server",
            [
                "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--logfile", Path.Combine(_directory, "redis.log"),
            ]));
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
