using System.CommandLine;
using StreamBert.Cli.Hosting;
using StreamBert.Privacy;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Hosting.Engines;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Settings;
using StreamBert.Streaming.State;

namespace StreamBert.Cli.CommandLine;

/// <summary>
/// How an operator's command reaches the log. By the API of what runs, because the embedded log belongs to one process; or directly when
/// nothing runs
/// (<c>--data</c>), or where the log is Kafka by <c>--kafka</c> or by the settings.
/// </summary>
internal sealed class LogAccess
{
    public Option<string?> Url { get; } = new("--url")
    {
        Description = "Address of what runs; default: the first of the setting Gateway:Urls.",
        Recursive = true,
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Read the log of this data directory directly; nothing else may be running on it.",
        Recursive = true,
    };

    public Option<string?> Kafka { get; } = new("--kafka")
    {
        Description = "Read this Kafka directly: its bootstrap servers; default: those of the settings.",
        Recursive = true
    };

    /// <summary>The file of settings, for commands that read them.</summary>
    public static Option<string?> Config { get; } = new("--config")
    {
        Description = $"A file of settings, such as the services' appsettings.json; goes over those in the working directory and in --data. Default: {SettingsSources.FileVariable}.",
        Recursive = true,
    };

    public IEnumerable<Option> Options => [Url, ApiKeyInput.File, Data, Kafka, Config];

    /// <summary>Runs one of the two, as the options and settings say.</summary>
    /// <exception cref="CliException">The options contradict each other, or the data directory holds no log.</exception>
    public Task<T> RunAsync<T>(
        ParseResult parsed, Func<GatewayClient, Task<T>> byApi, Func<IEventLog, PipelineCatalog, Task<T>> direct) =>
        RunAsync(parsed, byApi, (log, pipelines, _) => direct(log, pipelines));

    /// <inheritdoc cref="RunAsync{T}(ParseResult, Func{GatewayClient, Task{T}}, Func{IEventLog, PipelineCatalog, Task{T}})"/>
    public async Task<T> RunAsync<T>(
        ParseResult parsed, Func<GatewayClient, Task<T>> byApi, Func<IEventLog, PipelineCatalog, IServiceProvider, Task<T>> direct)
    {
        if (Builder(parsed) is { } builder)
            return await RunAsync(builder, direct);
        using var client = Client(parsed);
        return await byApi(client);
    }

    /// <summary>Runs on the log itself: for what no API does.</summary>
    /// <param name="createsLog">Whether a data directory without a log gets one, as <c>up</c> would give it.</param>
    /// <exception cref="CliException">No log is named, or two are, or the data directory holds no log.</exception>
    public Task<T> RunDirectlyAsync<T>(
        ParseResult parsed,
        Func<IEventLog, PipelineCatalog, Task<T>> direct,
        bool createsLog = false) => RunAsync(
        Builder(parsed, createsLog) ?? throw new CliException(
            "This writes to the log itself: give --data DIR, the directory of 'streambert up' (with nothing running on it), or --kafka SERVERS, or settings that name Kafka."),
        (log, pipelines, _) => direct(log, pipelines));

    /// <summary>The API at <c>--url</c>, else at the address that the settings give the Gateway.</summary>
    public GatewayClient Client(ParseResult parsed) =>
        new(parsed.GetValue(Url) ?? GatewayAddress.Of(CommandSettings.Read(null, parsed.GetValue(Config))), ApiKeyInput.Read(parsed));

    /// <summary>A host on the log that options or settings name; null if they name what runs.</summary>
    /// <exception cref="CliException">The options contradict each other, or the data directory holds no log.</exception>
    public HostApplicationBuilder? Builder(ParseResult parsed, bool createsLog = false)
    {
        var (url, data, kafka) = (parsed.GetValue(Url), parsed.GetValue(Data), parsed.GetValue(Kafka));
        if (new[] { url, data, kafka }.Count(static given => given is not null) > 1)
            throw new CliException($"{(data is not null && kafka is not null ? "Give either --data or --kafka" : "Give either --url or the log itself (--data, --kafka)")}, not both.");
        if (url is not null)
            return null;
        var builder = Host.CreateEmptyApplicationBuilder(new());
        CommandSettings.AddFolders(builder.Configuration, data);
        builder.AddStreamBertDefaults("cli", parsed.GetValue(Config));
        builder.AddPrivacy();
        builder.Logging.ClearProviders();
        if (Log(builder.Configuration, data, kafka, createsLog) is not { } log)
            return null;
        builder.Configuration.AddInMemoryCollection(log);
        return builder;
    }

    private static async Task<T> RunAsync<T>(
        HostApplicationBuilder builder,
        Func<IEventLog, PipelineCatalog, IServiceProvider, Task<T>> direct)
    {
        if (!string.IsNullOrEmpty(builder.Configuration["Redis:ConnectionString"]))
            builder.AddStateStore();
        using var host = builder.Build();
        await using var log = host.Services.GetRequiredService<IEventLog>();
        return await direct(log, host.Services.GetRequiredService<PipelineCatalog>(), host.Services);
    }

    /// <returns>The settings of the log that is to be read directly; null: none is.</returns>
    private static Dictionary<string, string?>? Log(IConfiguration configuration, string? data, string? kafka, bool createsLog)
    {
        if (kafka is not null)
            return new() { ["Log:Engine"] = EventLogOptions.Kafka, ["Kafka:BootstrapServers"] = kafka };
        if (data is not null && Directory.Exists(Path.Combine(data, "log")))
            return new(CommandSettings.Of(data, configuration)) { ["Log:Engine"] = EventLogOptions.Embedded };
        if (EventLogFactory.ResolveEngine(configuration) == EventLogOptions.Kafka)
            return data is null ? [] : CommandSettings.Of(data, configuration);
        if (data is not null && createsLog)
            return new(CommandSettings.Of(data, configuration)) { ["Log:Engine"] = EventLogOptions.Embedded };
        return data is null
            ? null
            : throw new CliException($"'{data}' (--data) holds no log; give the directory that 'streambert up' used.");
    }
}
