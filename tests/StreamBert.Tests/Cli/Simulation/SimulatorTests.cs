using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Cli.Simulation;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Privacy;

namespace StreamBert.Tests.Cli.Simulation;

public sealed class SimulatorTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-simulator-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_appends_texts_in_real_time_and_never_ahead_of_the_clock()
    {
        await using var log = EmbeddedEventLog.Open(
            new() { Directory = _directory },
            TimeProvider.System,
            NullLogger<EmbeddedEventLog>.Instance);
        await log.CreateTopicsAsync(
            [.. DefaultPipelines.All.Select(static pipeline => new StreamBert.Streaming.Log.TopicSpec(pipeline.Inputs[0], 1))],
            Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = new Simulator(
            log,
            new PipelineCatalog(DefaultPipelines.All),
            new(new(DefaultPipelines.All), TestKeys.None),
            TestKeys.NoVault,
            _time).RunAsync(stop.Token);

        foreach (var pipeline in DefaultPipelines.All)
            Assert.Empty(await log.ReadToEndAsync(pipeline.Inputs[0], null, Cancellation).ToListAsync(Cancellation));
        _time.Advance(TimeSpan.FromSeconds(1));

        foreach (var pipeline in DefaultPipelines.All)
        {
            var first = await log.TailAsync(pipeline.Inputs[0], new Dictionary<int, long>(), Cancellation).FirstAsync(Cancellation);
            Assert.All(
                first.Select(static record => Wire.Deserialize<TextReceived>(record.Value)),
                text => Assert.True(text.OccurredAt <= _time.GetUtcNow()));
        }
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Missing_pipelines_are_reported() => Assert.StartsWith(
        "none", new Simulator(
            null!,
            new PipelineCatalog([new() { Name = "mine", Heads = ["sentiment"] }]),
            new(new([]), TestKeys.None),
            TestKeys.NoVault,
            _time).Description, StringComparison.Ordinal);
}
