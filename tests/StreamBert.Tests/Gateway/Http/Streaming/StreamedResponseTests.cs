using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamBert.Gateway;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Streaming;
using StreamBert.Gateway.Security.Keys;
using StreamBert.Gateway.Security.Sessions;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Gateway.Http.Streaming;

/// <summary>Answers that are written while they are produced, over HTTP from a real Kestrel.</summary>
public sealed class StreamedResponseTests : IAsyncLifetime
{
    private static readonly (string Key, ApiKeyOptions Entry) Made = ApiKeys.Create("reader", ["read"]);
    private readonly ApiKeys _keys = new([Made.Entry]);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(_keys).AddSingleton<SessionStore>()
            .AddSingleton<CredentialLifetime>()
            .AddSingleton<ExceptionHandler>();
        builder.Services.AddOptions<GatewayOptions>();
        builder.Services.AddProblemDetails().AddExceptionHandler<ExceptionHandler>();
        _app = builder.Build();
        _app.UseExceptionHandler();
        _app.Use((context, next) =>
        {
            context.User = _keys.Find(Made.Key) ?? context.User;
            return next(context);
        });
        Map("/lines", StreamFormat.JsonLines);
        Map("/events", StreamFormat.Events);
        await _app.StartAsync(Cancellation);
        _client = new() { BaseAddress = new(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(50_000, 10)]
    [InlineData(200, 100_000)]
    public async Task All_parts_are_written_whatever_their_number_and_size(int parts, int size)
    {
        using var response = await _client.GetAsync($"/lines?parts={parts}&size={size}", Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(parts, body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(parts * (size + 1L), body.Length);
    }

    [Fact]
    public async Task A_failure_before_the_first_part_is_a_problem_document_with_its_status()
    {
        using var response = await _client.GetAsync("/lines?parts=0&end=fail", Cancellation);

        Assert.Equal((503, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50_000)]
    public async Task A_failure_half_way_is_the_last_line(int parts)
    {
        using var response = await _client.GetAsync($"/lines?parts={parts}&size=10&end=fail", Cancellation);
        var lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(parts + 1, lines.Length);
        using var last = JsonDocument.Parse(lines[^1]);
        Assert.Equal("urn:streambert:problem:log-unavailable", last.RootElement.GetProperty("failure").GetProperty("type").GetString());
        Assert.Equal("The disk is on fire", last.RootElement.GetProperty("failure").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_failure_half_way_is_the_last_event()
    {
        var body = await _client.GetStringAsync("/events?parts=3&size=10&end=fail", Cancellation);

        Assert.StartsWith(
            "event: failure\ndata: {",
            body[body.IndexOf("event: failure", StringComparison.Ordinal)..],
            StringComparison.Ordinal);
        Assert.EndsWith("}\n\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_failure_reveals_no_details()
    {
        var body = await _client.GetStringAsync("/lines?parts=1&size=10&end=bug", Cancellation);

        Assert.Contains("urn:streambert:problem:internal", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret detail", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_is_cancelled_when_the_client_disconnects()
    {
        using (var response = await _client.GetAsync(
            "/lines?parts=1&size=10&end=wait",
            HttpCompletionOption.ResponseHeadersRead,
            Cancellation))
        {
            await (await response.Content.ReadAsStreamAsync(Cancellation)).ReadExactlyAsync(new byte[11], Cancellation);
        }

        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Fact]
    public async Task A_response_ends_with_a_reason_when_its_key_is_revoked()
    {
        using var response = await _client.GetAsync(
            "/events?parts=1&size=10&end=wait",
            HttpCompletionOption.ResponseHeadersRead,
            Cancellation);

        Assert.Equal(["reader"], _keys.Replace([]));

        Assert.Contains(
            "urn:streambert:problem:credential-ended",
            await response.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Fact]
    public async Task A_response_ends_with_a_reason_when_the_process_stops()
    {
        using var response = await _client.GetAsync(
            "/lines?parts=1&size=10&end=wait",
            HttpCompletionOption.ResponseHeadersRead,
            Cancellation);

        await _app.StopAsync(Cancellation);

        Assert.Contains(
            "urn:streambert:problem:stopping",
            await response.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
    }

    private void Map(
        string path,
        StreamFormat format) =>
            _app.MapGet(path, (HttpContext context, int parts, int? size, string? end) =>
            StreamedResponse.WriteAsync(context, format, async (answer, cancellation) =>
    {
        var part = new byte[(size ?? 0) + 1];
        Array.Fill(part, (byte)' ');
        part[^1] = (byte)'\n';
        if (size > 2) (part[0], part[size.Value - 1]) = ((byte)'{', (byte)'}');
        for (var number = 0; number < parts; number++)
            await answer.WriteAsync(part, flush: number == 0, cancellation);
        await EndAsync(end, cancellation);
    }));

    private async Task EndAsync(string? end, CancellationToken cancellation)
    {
        if (end == "fail") throw new LogUnavailableException("The disk is on fire");
        if (end == "bug") throw new InvalidOperationException("secret detail");
        if (end != "wait") return;
        using var cancelled = cancellation.Register(_cancelled.SetResult);
        await Task.Delay(Timeout.Infinite, cancellation);
    }
}
