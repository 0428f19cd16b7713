using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
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
using StreamBert.Streaming.Settings;
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
        var builder = CreateBuilder(options);
        state = HasState(builder.Configuration) ? null : createState();
        if (state is not null)
            SetState(builder.Configuration, state.ConnectionString);
        var app = AddServices(builder).Build();
        app.MapGateway();
        return app;
    }

    /// <summary>Checks the settings as the start of all services does, without opening the log or the state store.</summary>
    /// <exception cref="OptionsValidationException">Settings are invalid; so is an <see cref="AggregateException"/> of these.</exception>
    /// <exception cref="ConfigurationException">Settings are invalid.</exception>
    public static async Task ValidateAsync(UpOptions options)
    {
        var builder = CreateBuilder(options);
        if (!HasState(builder.Configuration))
            SetState(builder.Configuration, "127.0.0.1");
        await using var app = AddServices(builder).Build();
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.Services.GetRequiredService<PipelineCatalog>();
    }

    private static WebApplicationBuilder CreateBuilder(UpOptions options)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        CommandSettings.AddFolders(builder.Configuration, options.Data);
        builder.AddStreamBertDefaults("up", options.SettingsFile);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(
            CommandSettings.ForDataDirectory(options.Data, builder.Configuration))
        {
            ["Gateway:Urls"] = GetUrl(builder.Configuration, options),
        });
        AddPipelines(builder.Configuration, options);
        return builder;
    }

    private static WebApplicationBuilder AddServices(WebApplicationBuilder builder)
    {
        builder.AddInference();
        builder.AddMonitoring();
        builder.AddAlerting();
        builder.AddTraining();
        builder.AddGateway();
        builder.Services.AddSingleton<IHostLifetime, NoSignalHandling>();
        ConsoleLogFormatter.AddTo(builder.Logging, builder.Configuration);
        return builder;
    }

    private static bool HasState(ConfigurationManager configuration) => !string.IsNullOrEmpty(configuration["Redis:ConnectionString"]);

    private static void SetState(ConfigurationManager configuration, string connection) =>
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Redis:ConnectionString"] = connection,
            ["Redis:User"] = "",
            ["Redis:Password"] = "",
            ["Redis:CaCertificate"] = "",
        });

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
