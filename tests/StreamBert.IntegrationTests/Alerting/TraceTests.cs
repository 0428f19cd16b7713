using System.Diagnostics;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using StreamBert.Alerting;
using StreamBert.Gateway;
using StreamBert.Inference;
using StreamBert.IntegrationTests.Up;
using StreamBert.Monitoring;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.IntegrationTests.Alerting;

/// <summary>One trace leads from the request that sends a text to the message about the alert that it contributes to.</summary>
public sealed class TraceTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trace_leads_from_the_request_to_the_message_of_the_receiver()
    {
        List<Activity> exported = [];
        await using var receiver = new ReceiverServer();
        receiver.Recover();
        using var directory = new DataDirectory();
        await using (var system = Build(directory, receiver.Address, exported))
        {
            await system.StartAsync(Cancellation);
            using var client = new HttpClient { BaseAddress = new(system.Urls.Single()) };
            while (receiver.Count("hook") == 0)
            {
                await SendAsync(client);
                await Task.Delay(Interval, Cancellation);
            }
            await system.StopAsync(Cancellation); // exports what is pending
        }

        Assert.Contains(Trace, receiver.All("hook")[0].TraceParent, StringComparison.Ordinal);
        AssertChain([.. exported.Where(static span => $"{span.TraceId}" == Trace)]);
    }

    /// <summary>Builds all services but Training in one process, with an exporter in memory.</summary>
    private static WebApplication Build(DataDirectory directory, Uri receiver, ICollection<Activity> exported)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = directory.Path });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Log:Engine"] = "embedded",
            ["Log:Directory"] = Path.Combine(directory.DataPath, "log"),
            ["Privacy:Directory"] = Path.Combine(directory.DataPath, "keys"),
            ["Models:Directory"] = Path.Combine(directory.DataPath, "models"),
            ["Redis:ConnectionString"] = Gateway.Keys.NoRedis,
            ["Gateway:Urls"] = "http://127.0.0.1:0",
            ["Pipelines:0:Name"] = "news",
            ["Pipelines:0:Model"] = "small",
            ["Pipelines:0:Heads:0"] = "sentiment",
            ["Pipelines:0:Monitor:Window"] = "00:00:01",
            ["Pipelines:0:Monitor:AllowedLateness"] = "00:00:00",
            ["Pipelines:0:Monitor:Rules:Labels:0:Label"] = "negative",
            ["Pipelines:0:Monitor:Rules:Labels:0:Measure"] = "Count",
            ["Pipelines:0:Monitor:Rules:Labels:0:Threshold"] = "1",
            ["Alerting:Receivers:0:Name"] = "hook",
            ["Alerting:Receivers:0:Type"] = "webhook",
            ["Alerting:Receivers:0:Url"] = $"{receiver}hook",
            ["Alerting:Receivers:0:Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            ["Alerting:Routes:0:Name"] = "all",
            ["Alerting:Routes:0:GroupWait"] = "00:00:00",
            ["Alerting:Routes:0:Receivers:0"] = "hook",
        });
        builder.AddInference();
        builder.AddMonitoring();
        builder.AddAlerting();
        builder.AddGateway();
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource(Telemetry.Sources).AddInMemoryExporter(exported));
        var system = builder.Build();
        system.MapGateway();
        return system;
    }

    /// <summary>Follows the parents of the last span to the request.</summary>
    private static void AssertChain(IReadOnlyList<Activity> spans)
    {
        var names = new List<string>();
        for (var span = spans.First(static span => span.OperationName == "send notification"); span is not null;
            span = spans.FirstOrDefault(parent => parent.SpanId == span.ParentSpanId))
        {
            names.Insert(0, span.OperationName);
        }
        Assert.Equal(
            [
                "Microsoft.AspNetCore.Hosting.HttpRequestIn", "append texts", "classify", "monitor", "plan notification",
                "send notification",
            ],
            names);
    }

    private static async Task SendAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/texts");
        request.Content = JsonContent.Create(
            Enumerable.Range(0, 5).Select(static n => new { Text = $"Company number {n} collapses into bankruptcy after heavy losses" }));
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using var response = await client.SendAsync(request, Cancellation);
        response.EnsureSuccessStatusCode();
    }
}
