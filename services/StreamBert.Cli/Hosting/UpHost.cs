using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Alerting;
using StreamBert.Cli.Embedded;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Settings;
using StreamBert.Contracts;
using StreamBert.Gateway;
using StreamBert.Inference;
using StreamBert.Monitoring;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training;

namespace StreamBert.Cli.Hosting;

/// <summary>Builds one host for all services, on the embedded log and the embedded state store unless others are configured.</summary>
internal static class UpHost
{
    private static readonly TimeSpan DemoWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DemoLateness = TimeSpan.FromSeconds(2);

    /// <param name="createState">Called if no Redis is configured; its connection string is then used.</param>
    public static WebApplication Build(UpOptions options, Func<EmbeddedStateServer> createState, out EmbeddedStateServer? state)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        CommandSettings.AddFolders(builder.Configuration, options.Data);
        builder.AddStreamBertDefaults("up", options.SettingsFile);
        state = Configure(builder.Configuration, options, createState);
        builder.AddInference();
        builder.AddMonitoring();
        builder.AddAlerting();
        builder.AddTraining();
        builder.AddGateway();
        builder.Services.AddSingleton<IHostLifetime, NoSignalHandling>();
        ConsoleLogFormatter.AddTo(builder.Logging, builder.Configuration);
        var app = builder.Build();
        app.MapGateway();
        return app;
    }

    private static EmbeddedStateServer? Configure(
        ConfigurationManager configuration, UpOptions options, Func<EmbeddedStateServer> createState)
    {
        var settings = new Dictionary<string, string?>(CommandSettings.ForDataDirectory(options.Data, configuration))
        {
            ["Gateway:Urls"] = GetUrl(configuration, options),
        };
        var state = string.IsNullOrEmpty(configuration["Redis:ConnectionString"]) ? createState() : null;
        if (state is not null)
        {
            settings["Redis:ConnectionString"] = state.ConnectionString;
            settings["Redis:User"] = settings["Redis:Password"] = settings["Redis:CaCertificate"] = "";
        }
        configuration.AddInMemoryCollection(settings);
        AddPipelines(configuration, options);
        return state;
    }

    private static void AddPipelines(ConfigurationManager configuration, UpOptions options)
    {
        var areConfigured = configuration.GetSection(PipelineCatalog.Section).Exists();
        if (areConfigured && options.Model is not null)
            throw new CliException("--model is the model of the built-in pipelines; your settings state pipelines: set their Model.");
        if (!areConfigured && (options.IsSimulated || options.Model is not null))
            configuration.AddJsonStream(CreatePipelines(options));
    }

    private static string GetUrl(ConfigurationManager configuration, UpOptions options)
    {
        var scheme = configuration.GetSection("Kestrel:Certificates:Default").Exists() ? "https" : "http";
        var host = options.Host.Contains(':') ? $"[{options.Host}]" : options.Host;
        return $"{scheme}://{host}:{options.Port}";
    }

    /// <summary>Creates the settings of the built-in pipelines; in a simulation with windows that suit a scenario of minutes.</summary>
    private static MemoryStream CreatePipelines(UpOptions options)
    {
        var pipelines = JsonSerializer.SerializeToNode(DefaultPipelines.All.Select(pipeline => pipeline with
        {
            Model = options.Model ?? pipeline.Model,
            Monitor = options.IsSimulated
                ? pipeline.Monitor with { Window = DemoWindow, AllowedLateness = DemoLateness }
                : pipeline.Monitor,
        }))!.AsArray();
        foreach (var pipeline in pipelines)
            pipeline!.AsObject().Remove(nameof(PipelineOptions.Inputs)); // derived from InputTopics, not a setting
        return new(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { [PipelineCatalog.Section] = pipelines }));
    }

    /// <summary>Replaces the console lifetime, because the command handles the signals itself.</summary>
    private sealed class NoSignalHandling : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
