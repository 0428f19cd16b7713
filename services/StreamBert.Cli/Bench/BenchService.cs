using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Model.Benchmarking;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Bench;

/// <summary>The real Inference service on an embedded log of its own, with a model of random weights.</summary>
internal sealed class BenchService : IAsyncDisposable
{
    private const string Model = "bench", Pipeline = "bench";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private readonly TemporaryFolder _folder;
    private readonly IHost _host;

    private BenchService(TemporaryFolder folder, IHost host) =>
        (this._folder, this._host, Log) = (folder, host, host.Services.GetRequiredService<IEventLog>());

    public IEventLog Log { get; }

    public string Package => PackageIn(_folder);

    public static BenchService Create(EncoderShape shape, string tokenizerFrom, IReadOnlyDictionary<string, string?> settings)
    {
        var folder = new TemporaryFolder();
        RandomModel.Write(shape, tokenizerFrom, PackageIn(folder));
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(settings)
        {
            ["Log:Directory"] = Path.Combine(folder.Path, "log"),
            ["Models:Directory"] = Path.Combine(folder.Path, "registry"),
            ["Models:Packages"] = Path.Combine(folder.Path, "models"),
            ["Pipelines:0:Name"] = Pipeline,
            ["Pipelines:0:Model"] = Model,
            ["Pipelines:0:Heads:0"] = "sentiment",
        });
        builder.AddInference();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return new(folder, builder.Build());
    }

    /// <summary>Appends texts to the input, before or while the service runs.</summary>
    public async Task FeedAsync(IReadOnlyList<string> texts, string prefix, CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var chunk in texts.Select((text, at) => Record(Topics.Texts(Pipeline), $"{prefix}-{at}", text, now)).Chunk(1000))
            await Log.AppendAsync(chunk, cancellation);
    }

    public static NewRecord Record(string topic, string id, string text, DateTimeOffset now) =>
        new(
            topic,
            System.Text.Encoding.UTF8.GetBytes(id),
            Wire.Serialize(new TextReceived { Id = id, Text = text, OccurredAt = now }),
            now);

    public static NewRecord Interactive(string id, string text, DateTimeOffset now) => Record(Topics.Interactive, id, text, now) with
    {
        Headers = new Dictionary<string, byte[]> { [RecordHeaders.Pipeline] = System.Text.Encoding.UTF8.GetBytes(Pipeline) },
    };

    public Task StartAsync(CancellationToken cancellation) => _host.StartAsync(cancellation);

    /// <summary>Waits until so many predictions stand in the log.</summary>
    public async Task PredictedAsync(long count, CancellationToken cancellation)
    {
        while (await PredictionsAsync(cancellation) < count) await Task.Delay(Poll, cancellation);
    }

    public async Task<long> PredictionsAsync(CancellationToken cancellation) =>
        (await Log.DescribeAsync([Topics.Predictions], cancellation)).Sum(static partition => partition.End - partition.Begin);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        await Log.DisposeAsync();
        _folder.Dispose();
    }

    private static string PackageIn(TemporaryFolder folder) => Path.Combine(folder.Path, "models", Model);
}
