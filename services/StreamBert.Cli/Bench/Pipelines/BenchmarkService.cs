using System.Text;
using StreamBert.Cli.Bench.Measuring;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Model.Benchmarking;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Bench.Pipelines;

/// <summary>Runs the real Inference service in a temporary directory, on an embedded log and with a model of random weights.</summary>
internal sealed class BenchmarkService : IAsyncDisposable
{
    private const string Model = "bench", Pipeline = "bench";
    private const int AppendBatch = 1000;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);
    private readonly TemporaryDirectory _directory;
    private readonly IHost _host;
    private readonly TimeProvider _time;

    private BenchmarkService(TemporaryDirectory directory, IHost host)
    {
        (_directory, _host) = (directory, host);
        (Log, _time) = (host.Services.GetRequiredService<IEventLog>(), host.Services.GetRequiredService<TimeProvider>());
    }

    public IEventLog Log { get; }

    public string Package => GetPackage(_directory);

    public static BenchmarkService Create(EncoderShape shape, string tokenizerDirectory, IReadOnlyDictionary<string, string?> settings)
    {
        var directory = new TemporaryDirectory();
        RandomModel.Write(shape, tokenizerDirectory, GetPackage(directory));
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings)
        {
            ["Log:Directory"] = Path.Combine(directory.Path, "log"),
            ["Privacy:Directory"] = Path.Combine(directory.Path, "keys"),
            ["Models:Directory"] = Path.Combine(directory.Path, "registry"),
            ["Models:Packages"] = Path.Combine(directory.Path, "models"),
            ["Pipelines:0:Name"] = Pipeline,
            ["Pipelines:0:Model"] = Model,
            ["Pipelines:0:Heads:0"] = "sentiment",
        });
        builder.AddInference();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return new(directory, builder.Build());
    }

    /// <summary>Appends texts to the input topic, before or while the service runs.</summary>
    public async Task AppendAsync(IReadOnlyList<string> texts, string idPrefix, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var records = texts.Select((text, index) => CreateRecord(Topics.Texts(Pipeline), $"{idPrefix}-{index}", text, now));
        foreach (var batch in records.Chunk(AppendBatch))
            await Log.AppendAsync(batch, cancellation);
    }

    public static NewRecord CreateInteractiveRecord(string id, string text, DateTimeOffset now) =>
        CreateRecord(Topics.Interactive, id, text, now) with
        {
            Headers = new Dictionary<string, byte[]> { [RecordHeaders.Pipeline] = Encoding.UTF8.GetBytes(Pipeline) },
        };

    public Task StartAsync(CancellationToken cancellation) => _host.StartAsync(cancellation);

    /// <summary>Waits until the log contains the given number of predictions.</summary>
    public async Task WaitForPredictionsAsync(long count, CancellationToken cancellation)
    {
        while (await CountPredictionsAsync(cancellation) < count)
            await Task.Delay(PollInterval, cancellation);
    }

    public async Task<long> CountPredictionsAsync(CancellationToken cancellation) =>
        (await Log.DescribeAsync([Topics.Predictions], cancellation)).Sum(static partition => partition.End - partition.Begin);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        await Log.DisposeAsync();
        _directory.Dispose();
    }

    private static NewRecord CreateRecord(string topic, string id, string text, DateTimeOffset now) =>
        new(topic, Encoding.UTF8.GetBytes(id), Wire.Serialize(new TextReceived { Id = id, Text = text, OccurredAt = now }), now);

    private static string GetPackage(TemporaryDirectory directory) => Path.Combine(directory.Path, "models", Model);
}
