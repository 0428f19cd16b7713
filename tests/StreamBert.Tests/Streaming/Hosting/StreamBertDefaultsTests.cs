using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Streaming.Hosting;

public sealed class StreamBertDefaultsTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"streambert-host-{Guid.NewGuid():N}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_started_host_has_the_topics_of_the_pipelines_that_ship()
    {
        using var host = Build();
        await host.StartAsync(Cancellation);

        var topics = (await host.Services.GetRequiredService<IEventLog>().DescribeAsync(null, Cancellation)).CountBy(static p => p.Topic)
            .ToDictionary();

        Assert.Equal(4, topics["texts.financial-news"]);
        Assert.Equal(4, topics["routes.human-review"]);
        Assert.Equal(4, topics[Topics.Predictions]);
        Assert.Equal(1, topics[Topics.Models]);
        Assert.True(host.Services.GetRequiredService<Readiness>().IsReady);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public void Calling_it_for_several_services_registers_everything_once()
    {
        var builder = Builder();
        builder.AddStreamBertDefaults("inference");
        var once = builder.Services.Count;

        builder.AddStreamBertDefaults("monitoring").AddStreamBertDefaults("training");

        Assert.Equal(once, builder.Services.Count);
    }

    [Fact]
    public void Pipelines_are_read_from_the_configuration_with_all_their_parts()
    {
        using var host = Build(
            ("Pipelines:0:Name", "ops"), ("Pipelines:0:Heads:0", "severity"), ("Pipelines:0:InputTopics:0", "logs"),
            ("Pipelines:0:Fields:Text", "message.body"), ("Pipelines:0:Fields:Attributes:team", "meta.team"),
            ("Pipelines:0:Monitor:Window", "00:05:00"), ("Pipelines:0:Monitor:Rules:Fairness:0:Attribute", "team"),
                ("Pipelines:0:Monitor:Rules:Fairness:0:Head", "severity"),
            ("Pipelines:0:Routes:0:Queue", "pager"), ("Pipelines:0:Routes:0:Head", "severity"),
                ("Pipelines:0:Routes:0:BelowConfidence", "0.4"),
            ("Pipelines:0:Privacy:KeepText", "false"));

        var pipeline = Assert.Single(host.Services.GetRequiredService<PipelineCatalog>().All);

        Assert.Equal(["logs"], pipeline.Inputs);
        Assert.Equal("message.body", pipeline.Fields.Text);
        Assert.Equal("meta.team", pipeline.Fields.Attributes["team"]);
        Assert.Equal(TimeSpan.FromMinutes(5), pipeline.Monitor.Window);
        Assert.Equal("severity", Assert.Single(pipeline.Monitor.Rules.Fairness).Head);
        Assert.Equal(0.4, Assert.Single(pipeline.Routes).BelowConfidence);
        Assert.False(pipeline.Privacy.KeepText);
    }

    [Theory]
    [InlineData("Pipelines:0:Name", "x", "it names no head")]
    [InlineData("Pipelines:0:Naem", "x", "Naem")]
    [InlineData("Log:Engine", "rabbit", "Log:Engine is 'rabbit'")]
    [InlineData("Log:Engine", "kafka", "Kafka:BootstrapServers is missing")]
    [InlineData("Log:Partitions", "0", "Log:Partitions must be between 1 and 1024")]
    [InlineData("Metrics:Port", "70000", "Metrics:Port is 70000; it must be between 1 and 65534")]
    public async Task A_wrong_setting_ends_the_process_with_a_message_and_code_2(string key, string value, string told)
    {
        var error = new StringWriter();

        var code = await StreamBertHost.RunAsync(() => Build((key, value)), error);

        Assert.Equal(2, code);
        Assert.StartsWith("streambert: ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_another_process_holds_ends_it_with_code_3()
    {
        using var holder = Build();
        await holder.StartAsync(Cancellation);
        var error = new StringWriter();

        Assert.Equal(3, await StreamBertHost.RunAsync(() => Build(), error));
        Assert.Contains("is held by process", error.ToString(), StringComparison.Ordinal);
        await holder.StopAsync(Cancellation);
    }

    [Fact]
    public async Task The_endpoint_serves_health_and_metrics()
    {
        var port = FreePort();
        using var host = Build(("Metrics:Port", $"{port}"));
        var readiness = host.Services.GetRequiredService<Readiness>();
        readiness.MarkWaiting("model", "default-v1 is being loaded");
        await host.StartAsync(Cancellation);
        Telemetry.Meter("Log").CreateCounter<long>("streambert.test").Add(1);
        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };

        var waiting = await http.GetAsync("/health/ready", Cancellation);
        readiness.MarkReady("model", "default-v1");
        var ready = await http.GetAsync("/health/ready", Cancellation);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, waiting.StatusCode);
        Assert.Contains("being loaded", await waiting.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.True((await ready.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("parts").GetProperty("log")
            .GetProperty("ready")
            .GetBoolean());
        Assert.Contains("streambert_test", await http.GetStringAsync("/metrics", Cancellation), StringComparison.Ordinal);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public void Kafka_settings_pass_through_under_either_spelling()
    {
        var settings = new KafkaSettings(new Dictionary<string, string>
        {
            ["BootstrapServers"] = "b:9092",
            ["SaslMechanism"] = "PLAIN",
            ["sasl_username"] = "u",
            ["security.protocol"] = "SASL_SSL",
            ["enable.auto.commit"] = "true",
            ["fetch.wait.max.ms"] = "7",
        });

        var consumer = settings.Consumer("g").ToDictionary();

        Assert.Equal(
            ["b:9092", "PLAIN", "u", "SASL_SSL"],
            [consumer["bootstrap.servers"], consumer["sasl.mechanism"], consumer["sasl.username"], consumer["security.protocol"]]);
        Assert.Equal("false", consumer["enable.auto.commit"]);
        Assert.Equal("7", consumer["fetch.wait.max.ms"]);
        Assert.True(settings.Transactional);
    }

    [Theory]
    [InlineData("Delivery", "maybe")]
    [InlineData("CreateTopics", "maybe")]
    public void A_wrong_kafka_setting_is_named(string key, string value) =>
        Assert.Contains($"Kafka:{key} is 'maybe'", Assert.Throws<ConfigurationException>(
            () => new KafkaSettings(
                new Dictionary<string, string> { ["BootstrapServers"] = "b", [key] = value })).Message, StringComparison.Ordinal);

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private HostApplicationBuilder Builder(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(
            settings.Select(static s => KeyValuePair.Create(s.Key, (string?)s.Value)).Append(new("Log:Directory", _directory)));
        return builder;
    }

    private IHost Build(params (string Key, string Value)[] settings)
    {
        var builder = Builder(settings).AddStreamBertDefaults("test");
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
