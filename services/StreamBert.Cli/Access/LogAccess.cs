using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Settings;
using StreamBert.Privacy;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;
using StreamBert.Streaming.State;

namespace StreamBert.Cli.Access;

/// <summary>
/// Connects an operator's command with the event log. It calls the API of a running Gateway, because one process owns the embedded log; or
/// it opens the log directly: the embedded log of a data directory that no process uses (<c>--data</c>), or Kafka (<c>--kafka</c>, or the
/// settings).
/// </summary>
internal sealed class LogAccess
{
    public Option<string?> Url { get; } = new("--url")
    {
        Description = "Address of the running Gateway. Default: the setting Client:Url, or else the first address in Gateway:Urls.",
        Recursive = true,
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Read the log of this data directory directly; no process may be using it.",
        Recursive = true,
    };

    public Option<string?> Kafka { get; } = new("--kafka")
    {
        Description = "Read this Kafka cluster directly (bootstrap servers). Default: the servers in the settings.",
        Recursive = true,
    };

    /// <summary>The settings file, for commands that read settings.</summary>
    public static Option<string?> Config { get; } = new("--config")
    {
        Description = "Settings file, such as the appsettings.json of the services; overrides those in the working directory and in "
            + $"--data. Default: {SettingsSources.FileVariable}.",
        Recursive = true,
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Url, ApiKeyOption.File, Data, Kafka, Config })
            command.Add(option);
    }

    /// <summary>Runs a command by the API or directly on the log, as the options and settings determine.</summary>
    /// <exception cref="CliException">The options contradict each other, or the data directory contains no log.</exception>
    public Task<T> RunAsync<T>(
        ParseResult parsed, Func<GatewayClient, Task<T>> byApi, Func<IEventLog, PipelineCatalog, Task<T>> direct) =>
        RunAsync(parsed, byApi, (log, pipelines, _) => direct(log, pipelines));

    /// <inheritdoc cref="RunAsync{T}(ParseResult, Func{GatewayClient, Task{T}}, Func{IEventLog, PipelineCatalog, Task{T}})"/>
    public async Task<T> RunAsync<T>(
        ParseResult parsed, Func<GatewayClient, Task<T>> byApi, Func<IEventLog, PipelineCatalog, IServiceProvider, Task<T>> direct)
    {
        if (CreateHostBuilder(parsed) is { } builder)
            return await RunAsync(builder, direct);
        using var client = CreateClient(parsed);
        return await byApi(client);
    }

    /// <summary>Runs a command directly on the log, for operations that the API does not offer.</summary>
    /// <param name="createLog">Whether to create the log in a data directory that has none, as <c>up</c> does.</param>
    /// <exception cref="CliException">No log is given, or two are, or the data directory contains no log.</exception>
    public Task<T> RunDirectlyAsync<T>(
        ParseResult parsed, Func<IEventLog, PipelineCatalog, Task<T>> direct, bool createLog = false) =>
        RunDirectlyAsync(parsed, (log, pipelines, _) => direct(log, pipelines), createLog);

    /// <inheritdoc cref="RunDirectlyAsync{T}(ParseResult, Func{IEventLog, PipelineCatalog, Task{T}}, bool)"/>
    public Task<T> RunDirectlyAsync<T>(
        ParseResult parsed, Func<IEventLog, PipelineCatalog, IServiceProvider, Task<T>> direct, bool createLog = false) => RunAsync(
        CreateHostBuilder(parsed, createLog) ?? throw new CliException(
            "This command writes to the log directly: give --data DIR, the data directory of 'streambert up' while it is stopped, "
                + "--kafka SERVERS, or settings that configure Kafka."),
        direct);

    /// <summary>Creates a client for <c>--url</c>, or else for the address in the settings.</summary>
    public GatewayClient CreateClient(ParseResult parsed)
    {
        var settings = CommandSettings.ReadSources(parsed.GetValue(Data) ?? DataDirectory.Default, parsed.GetValue(Config));
        var client = settings.GetSection(ClientOptions.Section).Get<ClientOptions>() ?? new();
        return new(parsed.GetValue(Url) ?? client.Url ?? GatewayAddress.Get(settings), ApiKeyOption.Read(parsed, client.ApiKeyFile));
    }

    /// <summary>Creates the host for direct access to the log; null if the options and settings lead to the API.</summary>
    /// <exception cref="CliException">The options contradict each other, or the data directory contains no log.</exception>
    public HostApplicationBuilder? CreateHostBuilder(ParseResult parsed, bool createLog = false)
    {
        var (url, data, kafka) = (parsed.GetValue(Url), parsed.GetValue(Data), parsed.GetValue(Kafka));
        RequireOneTarget(url, data, kafka);
        if (url is not null)
            return null;
        var builder = Host.CreateEmptyApplicationBuilder(new());
        CommandSettings.AddFolders(builder.Configuration, data);
        builder.AddStreamBertDefaults("cli", parsed.GetValue(Config));
        builder.AddPrivacy();
        builder.Logging.ClearProviders();
        if (SettingsForDirectAccess(builder.Configuration, data, kafka, createLog) is not { } settings)
            return null;
        builder.Configuration.AddInMemoryCollection(settings);
        return builder;
    }

    private static void RequireOneTarget(params IReadOnlyList<string?> targets)
    {
        if (targets.Count(static target => target is not null) <= 1)
            return;
        var bothLogs = targets[1] is not null && targets[2] is not null;
        throw new CliException($"Give either {(bothLogs ? "--data or --kafka" : "--url or the log itself (--data, --kafka)")}, not both.");
    }

    private static async Task<T> RunAsync<T>(
        HostApplicationBuilder builder, Func<IEventLog, PipelineCatalog, IServiceProvider, Task<T>> direct)
    {
        if (!string.IsNullOrEmpty(builder.Configuration["Redis:ConnectionString"]))
            builder.AddStateStore();
        using var host = builder.Build();
        await using var log = host.Services.GetRequiredService<IEventLog>();
        return await direct(log, host.Services.GetRequiredService<PipelineCatalog>(), host.Services);
    }

    /// <returns>The settings of the log to open directly, or null if none is configured.</returns>
    private static Dictionary<string, string?>? SettingsForDirectAccess(
        IConfiguration configuration, string? data, string? kafka, bool createLog)
    {
        if (kafka is not null)
            return new() { ["Log:Engine"] = EventLogOptions.Kafka, ["Kafka:BootstrapServers"] = kafka };
        var hasLog = data is not null && Directory.Exists(Path.Combine(data, DataDirectory.Log));
        var isKafkaConfigured = !hasLog && EventLogFactory.ResolveEngine(configuration) == EventLogOptions.Kafka;
        if (data is null)
            return isKafkaConfigured ? [] : null;
        var settings = CommandSettings.ForDataDirectory(data, configuration);
        if (isKafkaConfigured)
            return settings;
        return hasLog || createLog
            ? new(settings) { ["Log:Engine"] = EventLogOptions.Embedded }
            : throw new CliException($"'{data}' (--data) contains no log; give the data directory of 'streambert up'.");
    }
}
