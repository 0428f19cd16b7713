using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>
/// Serves <c>/health/live </c> and <c>/health/ready </c> of a worker without a web server. OpenTelemetry serves <c>/metrics </c>; where
/// this endpoint is
/// open to every network, it forwards <c>/metrics</c> to OpenTelemetry.
/// </summary>
internal sealed class HealthEndpoint(
    IOptions<MetricsOptions> options,
    Readiness readiness,
    ILogger<HealthEndpoint> logger) : BackgroundService
{
    private const int MaxConcurrentRequests = 64;
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _slots = new(MaxConcurrentRequests);
    private readonly HttpClient _exporter = new();
    private readonly HttpListener _listener = new();

    /// <summary>Listens before the start is complete: a client that waits for the start may send a request at once.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Port is { } port)
            Listen(port);
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _listener.IsListening ? ServeAsync(_listener, stoppingToken) : Task.CompletedTask;

    private void Listen(int port)
    {
        foreach (var host in HostNames(options.Value.Host))
            _listener.Prefixes.Add($"http://{host}:{port}/health/");
        if (options.Value.IsOpen)
            _listener.Prefixes.Add($"http://{options.Value.Host}:{port}/metrics/");
        _listener.Start();
        logger.LogInformation("The health endpoint listens at http://{Host}:{Port}/health/ready.", options.Value.Host, port);
    }

    /// <summary>Requests are matched by their host name, and this machine has two.</summary>
    private static string[] HostNames(string host) => host is "localhost" or "127.0.0.1" ? ["localhost", "127.0.0.1"] : [host];

    private async Task ServeAsync(HttpListener listener, CancellationToken stopping)
    {
        using var stop = stopping.Register(listener.Stop);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var context = await listener.GetContextAsync();
                if (_slots.Wait(0, CancellationToken.None)) _ = HandleAsync(context, stopping);
                else context.Response.Abort();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!stopping.IsCancellationRequested)
                    logger.LogDebug(e, "A health request failed; other requests are not affected.");
            }
        }
    }

    /// <summary>
    /// Handles a request concurrently with others and within a time limit: a client that does not read its response blocks no other.
    /// </summary>
    private async Task HandleAsync(HttpListenerContext context, CancellationToken stopping)
    {
        try
        {
            await RespondAsync(context, stopping).WaitAsync(ResponseTimeout, stopping);
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "A health request failed; other requests are not affected.");
            context.Response.Abort();
        }
        finally
        {
            _slots.Release();
        }
    }

    public override void Dispose()
    {
        _exporter.Dispose();
        _listener.Close();
        base.Dispose();
    }

    private Task RespondAsync(HttpListenerContext context, CancellationToken stopping) =>
        context.Request.Url?.AbsolutePath == "/metrics" ? ForwardMetricsAsync(context, stopping) : WriteHealthAsync(context);

    private async Task ForwardMetricsAsync(HttpListenerContext context, CancellationToken stopping)
    {
        var (host, port) = options.Value.Exporter;
        using var response = context.Response;
        using var metrics = await _exporter.GetAsync($"http://{host}:{port}/metrics", stopping);
        response.StatusCode = (int)metrics.StatusCode;
        response.ContentType = metrics.Content.Headers.ContentType?.ToString();
        await metrics.Content.CopyToAsync(response.OutputStream, stopping);
    }

    private async Task WriteHealthAsync(HttpListenerContext context)
    {
        var (status, body) = context.Request.Url?.AbsolutePath switch
        {
            "/health/live" => (200, Report("live")),
            "/health/ready" => (readiness.IsReady ? 200 : 503, Report(readiness.Status)),
            _ => (404, Report("not found: ask /health/live or /health/ready")),
        };
        using var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        if (context.Request.HttpMethod != HttpMethod.Head.Method)
            await JsonSerializer.SerializeAsync(response.OutputStream, body, JsonSerializerOptions.Web);
    }

    private HealthReport Report(string status) => new(status, readiness.Parts, readiness.Degradations);

    private sealed record HealthReport(
        string Status,
        IReadOnlyDictionary<string, ReadinessPart> Parts,
        IReadOnlyList<Degradation> Degraded);
}
