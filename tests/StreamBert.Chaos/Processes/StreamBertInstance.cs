using StreamBert.Chaos.Plan;

namespace StreamBert.Chaos.Processes;

/// <summary>One <c>streambert up</c> that is started again whenever it is killed.</summary>
internal sealed class StreamBertInstance(ChaosOptions options, int number, string? redis) : IAsyncDisposable
{
    private const string ReadyText = "Dashboard ";
    private ChildProcess? _process;

    public ChildProcess Process => _process ?? throw new InvalidOperationException("The instance has not been started.");

    /// <summary>Whether the process exited although it was not killed.</summary>
    public bool HasExited => _process is { HasExited: true };

    /// <summary>The address of the instance while it serves requests; null while it starts or stands by.</summary>
    public Uri? Address => _process is { HasExited: false, ReadyLine: { IsCompletedSuccessfully: true } banner }
        ? ParseAddress(banner.Result)
        : null;

    /// <summary>On Kafka the processes share only broker and models; on the embedded log they take turns on one directory.</summary>
    private string DataDirectory =>
        options.Kafka is null ? GetDataDirectory(options) : Path.Combine(options.Directory, $"data-{number}");

    public static string GetDataDirectory(ChaosOptions options) => Path.Combine(options.Directory, "data");

    /// <summary>Reads the address from the banner of <c>streambert up</c>.</summary>
    public static Uri ParseAddress(string banner) => new(banner.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]);

    /// <summary>Starts a process with <c>streambert up</c>.</summary>
    public static ChildProcess StartUp(
        string dataDirectory, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string outputFile) =>
        ChildProcess.Start(
            BuiltProgram.StreamBert,
            ["up", "--data", dataDirectory, "--port", "0", "--no-simulator", .. arguments],
            environment,
            ReadyText,
            outputFile);

    public async Task StartAsync()
    {
        await DisposeAsync();
        string[] model = options.Model is { } name ? ["--model", name] : [];
        _process = StartUp(
            DataDirectory, ["--standby", .. model], CreateEnvironment(), Path.Combine(options.Directory, $"instance-{number}.log"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _process, null) is { } process) // the load generator reads the field on another thread
            await process.DisposeAsync();
    }

    /// <summary>Configures small training runs, so that some complete between two faults and others are interrupted.</summary>
    private Dictionary<string, string> CreateEnvironment()
    {
        var environment = new Dictionary<string, string>
        {
            ["Training__MinimumFeedback"] = "40",
            ["Training__MaximumFeedback"] = "200",
            ["Training__MaximumReplay"] = "64",
            ["Training__MinimumReplay"] = "16",
            ["Training__Epochs"] = "1",
        };
        if (redis is not null)
            environment["Redis__ConnectionString"] = redis;
        if (options.Kafka is not null)
        {
            environment["Log__Engine"] = "kafka";
            environment["Kafka__BootstrapServers"] = options.Kafka;
            environment["Models__Directory"] = Path.Combine(options.Directory, "models");
        }

        return environment;
    }
}
