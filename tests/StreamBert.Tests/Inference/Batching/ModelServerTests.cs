using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Inference;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Tests.Inference.Batching;

/// <summary>Tests a model server in virtual time: a batch takes 10 ms, and so does unloading a version.</summary>
public sealed class ModelServerTests : IDisposable
{
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly List<(string Version, DateTimeOffset Start, DateTimeOffset End)> _batches = [];
    private readonly SemaphoreSlim _done = new(0);
    private readonly List<string> _unloaded = [];

    [Fact]
    public async Task A_swap_loses_no_text_and_leaves_no_gap_of_more_than_two_batches()
    {
        const int Texts = 1_000;
        var cancellation = TestContext.Current.CancellationToken;
        var options = new InferenceOptions { Replicas = 1, MaxBatchSize = 4, MaxQueuedTokens = 32 };
        var v1 = Version("v1");
        PendingText[] texts = [.. Enumerable.Range(0, Texts).Select(_ => new PendingText("a b", v1, Priority.Bulk, cancellation))];
        var supervisor = new Supervisor(_time, NullLogger<Supervisor>.Instance);
        using (var server = new ModelServer("m", v1, options, _time, new Readiness(), supervisor))
        {
            var load = Task.Run(async () =>
            {
                foreach (var four in texts.Chunk(4))
                    await server.Queue.AddAsync(Priority.Bulk, four, cancellation);
            }, cancellation);

            // The next version is loaded beside this one for as long as 50 batches take: if that held up serving, this would wait for ever.
            for (var batch = 0; batch < 50; batch++)
                await _done.WaitAsync(cancellation);
            server.Slot.Swap(Version("v2"));
            var swapped = server.Slot.Version;
            await load;
            var results = await Task.WhenAll(texts.Select(static text => text.Result)).WaitAsync(cancellation);

            Assert.Equal("v2", swapped);
            Assert.Equal(
                ["v1", "v2"],
                results.Select(static result => Assert.IsType<ClassificationResult.Succeeded>(result).ModelVersion).Distinct());
        }

        var versions = _batches.Select(static batch => batch.Version).ToList();
        Assert.Equal(versions.Order(StringComparer.Ordinal), versions);
        Assert.Contains("v2", versions);
        Assert.Equal(["v1", "v2"], _unloaded);
        var gaps = _batches.Zip(_batches.Skip(1), static (before, after) => after.Start - before.End);
        Assert.InRange(gaps.Max(), TimeSpan.Zero, 2 * BatchTime);
    }

    public void Dispose() => _done.Dispose();

    private ServedModel Version(string version) => TestModels.Counting(version, before: _ => Compute(version), unload: () =>
    {
        _unloaded.Add(version);
        _time.Advance(BatchTime);
    });

    private void Compute(string version)
    {
        var start = _time.GetUtcNow();
        _time.Advance(BatchTime);
        _batches.Add((version, start, _time.GetUtcNow()));
        _done.Release();
    }
}
