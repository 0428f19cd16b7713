using System.CommandLine;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.CommandLine;

/// <summary>
/// How an operator's command reaches the log: by the API of what runs (the embedded log belongs to one process), or directly when
/// nothing runs (<c>--data</c>) or the log is Kafka (<c>--kafka</c>).
/// </summary>
internal sealed class LogAccess
{
    /// <summary>No setting: where the settings and the keys of <c>up</c> are.</summary>
    private const string DataDirectory = "data";

    public Option<string> Url { get; } = new("--url")
    {
        Description = "Address of what runs.",
        DefaultValueFactory = static _ => "http://127.0.0.1:8080",
        Recursive = true,
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Read the log of this data directory directly; nothing else may be running on it.",
        Recursive = true,
    };

    public Option<string?> Kafka { get; } = new("--kafka") { Description = "Read this Kafka directly: its bootstrap servers.", Recursive = true };

    public IEnumerable<Option> Options => [Url, ApiKeyInput.File, Data, Kafka];

    /// <summary>Runs one of the two, as the options say.</summary>
    /// <exception cref="CliException">The options contradict each other, or the data directory holds no log.</exception>
    public Task<T> RunAsync<T>(
        ParseResult parsed, Func<GatewayClient, Task<T>> byApi, Func<IEventLog, PipelineCatalog, Task<T>> direct) =>
        RunAsync(parsed, byApi, (log, pipelines, _) => direct(log, pipelines));

    /// <inheritdoc cref="RunAsync{T}(ParseResult, Func{GatewayClient, Task{T}}, Func{IEventLog, PipelineCatalog, Task{T}})"/>
    public async Task<T> RunAsync<T>(
        ParseResult parsed, Func<GatewayClient, Task<T>> byApi, Func<IEventLog, PipelineCatalog, IServiceProvider, Task<T>> direct)
    {
        var settings = Settings(parsed.GetValue(Data), parsed.GetValue(Kafka));
        if (settings is null)
        {
            using var client = new GatewayClient(parsed.GetValue(Url)!, ApiKeyInput.Read(parsed));
            return await byApi(client);
        }
        return await RunAsync(settings, direct);
    }

    /// <summary>Runs on the log itself: for what no API does.</summary>
    /// <exception cref="CliException">Neither option, or both, or the data directory holds no log.</exception>
    public Task<T> RunDirectlyAsync<T>(ParseResult parsed, Func<IEventLog, PipelineCatalog, Task<T>> direct) => RunAsync(
        Settings(parsed.GetValue(Data), parsed.GetValue(Kafka)) ?? throw new CliException(
            "This writes to the log itself: give --data DIR, the directory of 'streambert up' (with nothing running on it), or --kafka SERVERS."),
        (log, pipelines, _) => direct(log, pipelines));

    private static async Task<T> RunAsync<T>(Dictionary<string, string?> settings, Func<IEventLog, PipelineCatalog, IServiceProvider, Task<T>> direct)
    {
        using var host = Builder(settings).Build();
        await using var log = host.Services.GetRequiredService<IEventLog>();
        return await direct(log, host.Services.GetRequiredService<PipelineCatalog>(), host.Services);
    }

    /// <summary>A host on the log that the options name; null if they name what runs.</summary>
    /// <exception cref="CliException">The options contradict each other, or the data directory holds no log.</exception>
    public HostApplicationBuilder? Builder(ParseResult parsed) =>
        Settings(parsed.GetValue(Data), parsed.GetValue(Kafka)) is { } settings ? Builder(settings) : null;

    private static HostApplicationBuilder Builder(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        if (settings.Remove(DataDirectory, out var data))
        {
            builder.Configuration.AddJsonFile(Path.Combine(Path.GetFullPath(data!), "appsettings.json"), optional: true, reloadOnChange: false);
            settings["Privacy:Directory"] = Path.Combine(data!, "keys");
        }
        builder.AddStreamBertDefaults("cli");
        if (builder.Configuration["Privacy:Directory"] is not null)
            settings.Remove("Privacy:Directory");
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        return builder;
    }

    private static Dictionary<string, string?>? Settings(string? data, string? kafka)
    {
        if (data is not null && kafka is not null)
            throw new CliException("Give either --data or --kafka, not both.");
        if (kafka is not null)
            return new() { ["Log:Engine"] = EventLogOptions.Kafka, ["Kafka:BootstrapServers"] = kafka };
        if (data is null)
            return null;
        var directory = Path.Combine(data, "log");
        return Directory.Exists(directory)
            ? new() { ["Log:Engine"] = EventLogOptions.Embedded, ["Log:Directory"] = directory, [DataDirectory] = data }
            : throw new CliException($"'{data}' (--data) holds no log; give the directory that 'streambert up' used.");
    }
}
