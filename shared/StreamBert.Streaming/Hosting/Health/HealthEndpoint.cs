using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.Hosting.Health;

/// <summary>
/// <c>/health/live</c> and <c>/health/ready</c> of a worker without a web server; <c>/metrics</c> beside it is OpenTelemetry's own, and is
/// passed on from there where this endpoint is open to every network.
/// </summary>
internal sealed class HealthEndpoint(
    IOptions<MetricsOptions> options,
    Readiness readiness,
    ILogger<HealthEndpoint> logger) : BackgroundService
{
    private const int MaxAtOnce = 64;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _answering = new(MaxAtOnce);
    private readonly HttpClient _exporter = new();
    private readonly HttpListener _listener = new();

    /// <summary>Listens before the start is over: whoever waits for the start may ask at once.</summary>
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
        foreach (var host in Names(options.Value.Host))
            _listener.Prefixes.Add($"http://{host}:{port}/health/");
        if (options.Value.IsOpen)
            _listener.Prefixes.Add($"http://{options.Value.Host}:{port}/metrics/");
        _listener.Start();
        logger.LogInformation("Health at http://{Host}:{Port}/health/ready", options.Value.Host, port);
    }

    /// <summary>Requests are matched by the name in them, and this machine is asked under two.</summary>
    private static string[] Names(string host) => host is "localhost" or "127.0.0.1" ? ["localhost", "127.0.0.1"] : [host];

    private async Task ServeAsync(HttpListener listener, CancellationToken stopping)
    {
        using var stop = stopping.Register(listener.Stop);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var context = await listener.GetContextAsync();
                if (_answering.Wait(0, CancellationToken.None)) _ = AnswerOneAsync(context, stopping);
                else context.Response.Abort();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!stopping.IsCancellationRequested)
                    logger.LogDebug(e, "A health request broke off");
            }
        }
    }

    /// <summary>Beside the others, and not for ever: one that does not read its answer keeps nobody else from theirs.</summary>
    private async Task AnswerOneAsync(HttpListenerContext context, CancellationToken stopping)
    {
        try
        {
            await AnswerAsync(context, stopping).WaitAsync(AnswerTimeout, stopping);
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "A health request broke off");
            context.Response.Abort();
        }
        finally
        {
            _answering.Release();
        }
    }

    public override void Dispose()
    {
        _exporter.Dispose();
        _listener.Close();
        base.Dispose();
    }

    private Task AnswerAsync(HttpListenerContext context, CancellationToken stopping) =>
        context.Request.Url?.AbsolutePath == "/metrics" ? PassOnMetricsAsync(context, stopping) : AnswerHealthAsync(context);

    private async Task PassOnMetricsAsync(HttpListenerContext context, CancellationToken stopping)
    {
        var (host, port) = options.Value.Exporter;
        using var response = context.Response;
        using var metrics = await _exporter.GetAsync($"http://{host}:{port}/metrics", stopping);
        response.StatusCode = (int)metrics.StatusCode;
        response.ContentType = metrics.Content.Headers.ContentType?.ToString();
        await metrics.Content.CopyToAsync(response.OutputStream, stopping);
    }

    private async Task AnswerHealthAsync(HttpListenerContext context)
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
