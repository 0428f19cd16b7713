using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Gateway;
using StreamBert.Inference;
using StreamBert.Monitoring;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;
using StreamBert.Training;

namespace StreamBert.Cli.Hosting;

/// <summary>All four services in one host, on the embedded log and state unless others are configured.</summary>
internal static class UpHost
{
    private static readonly TimeSpan DemoWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DemoLateness = TimeSpan.FromSeconds(2);

    /// <param name="embeddedState">Started when no Redis is configured; its connection string is then used.</param>
    public static WebApplication Build(UpOptions options, Func<EmbeddedState> embeddedState, out EmbeddedState? state)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        CommandSettings.AddFolders(builder.Configuration, options.Data);
        builder.AddStreamBertDefaults("up", options.SettingsFile);
        state = Configure(builder.Configuration, options, embeddedState);
        builder.AddInference();
        builder.AddMonitoring();
        builder.AddTraining();
        builder.AddGateway();
        builder.Services.AddSingleton<IHostLifetime, SignalsAreHandledElsewhere>();
        QuietConsole.Use(builder.Logging);
        var app = builder.Build();
        app.MapGateway();
        return app;
    }

    private static EmbeddedState? Configure(ConfigurationManager configuration, UpOptions options, Func<EmbeddedState> embeddedState)
    {
        var settings = new Dictionary<string, string?>(CommandSettings.Of(options.Data, configuration))
        {
            [
                "Gateway:Urls"] = $"{(configuration.GetSection("Kestrel:Certificates:Default").Exists() ? "https" : "http")}://{(options.Host.Contains(':') ? $"[{options.Host}]" : options.Host)}:{options.Port}",
        };
        var state = string.IsNullOrEmpty(configuration["Redis:ConnectionString"]) ? embeddedState() : null;
        if (state is not null)
        {
            (settings["Redis:ConnectionString"], settings["Redis:User"], settings["Redis:Password"], settings["Redis:CaCertificate"])
                = (state.ConnectionString, "", "", "");
        }

        configuration.AddInMemoryCollection(settings);
        if (options.Simulated && !configuration.GetSection(PipelineCatalog.Section).Exists())
            configuration.AddJsonStream(DemoPipelines());
        return state;
    }

    /// <summary>The shipped pipelines with windows short enough for a story that is told in minutes.</summary>
    private static MemoryStream DemoPipelines()
    {
        var pipelines = JsonSerializer.SerializeToNode(DefaultPipelines.All.Select(static pipeline => pipeline with
        {
            Monitor = pipeline.Monitor with { Window = DemoWindow, AllowedLateness = DemoLateness },
        }))!.AsArray();
        foreach (var pipeline in pipelines)
            pipeline!.AsObject().Remove(nameof(PipelineOptions.Inputs)); // derived from InputTopics, no setting
        return new(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { [PipelineCatalog.Section] = pipelines }));
    }

    private sealed class SignalsAreHandledElsewhere : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
