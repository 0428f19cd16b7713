using CsCheck;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Inference.Batching;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Inference.Consuming;

/// <summary>Tests order, delivery and memory of the consumer loops on an embedded log.</summary>
public sealed class ConsumerLoopTests
{
    [Fact]
    public async Task In_flight_records_occupy_no_more_memory_than_the_option_allows()
    {
        var options = new InferenceOptions { Replicas = 1, MaxInFlightBytes = 64 * 1024, RetryDelay = TimeSpan.FromMilliseconds(1) };
        var (most, model) = (0L, TestModels.Counting());
        InferenceBench? bench = null;
        await using var watched = bench = new InferenceBench(
            model with
            {
                Classify = texts =>
                {
                    most = Math.Max(most, bench!.Budget.UsedBytes);
                    return model.Classify(texts);
                },
            },
            options: options);
        await bench.CreateTopicsAsync();
        var large = new string('a', 40_000);
        await bench.AppendAsync([.. Enumerable.Range(0, 60)
            .Select(number => InferenceBench.Text($"{number}", number == 30 ? large : $"text {number} {new string('b', 500)}"))]);
        await using var loop = bench.Start();

        Assert.Equal(60, (await bench.PredictionsAsync(60)).DistinctBy(static prediction => prediction.Id).Count());
        await loop.StopAsync();

        Assert.InRange(most, 6 * 40_000, 6 * (40_000 + 16 * 1024) + 64 * 1024); // the read of the large text is processed alone
        Assert.Equal(0, bench.Budget.UsedBytes);
    }

    [Fact]
    public async Task Predictions_of_a_key_keep_the_order_of_its_texts_whatever_their_lengths()
    {
        await using var bench = new InferenceBench(TestModels.Counting());
        await bench.CreateTopicsAsync(partitions: 4);
        var random = new Random(1);
        await bench.AppendAsync(
            [.. Enumerable.Range(0, 600).Select(i => InferenceBench.Text($"{i}", TestModels.Words(random.Next(1, 60)), $"key {i % 7}"))]);
        await using var loop = bench.Start();

        var found = await bench.PredictionsAsync(600);

        Assert.Equal(600, found.Select(static p => p.Id).Distinct().Count());
        AssertOrderedByKey(found);
    }

    [Fact]
    public Task Predictions_of_a_key_keep_their_order_despite_batches_failures_and_interactive_texts() =>
        Gen.Select(Gen.Int[1, 40].Array[40, 200], Gen.Int[1, 64], Gen.Int[1, 9], Gen.Int[0, int.MaxValue])
            .SampleAsync(AssertOrderAsync, iter: 15, threads: 1);

    [Fact]
    public async Task An_unhealthy_model_loses_no_text_and_a_new_version_classifies_the_queued_texts()
    {
        await using var bench = new InferenceBench(
            TestModels.Counting("broken", before: static _ => throw new InvalidOperationException("no device")));
        await bench.CreateTopicsAsync();
        await bench.AppendAsync([.. Enumerable.Range(0, 50).Select(static i => InferenceBench.Text($"{i}", "a b"))]);
        await using var loop = bench.Start();

        bench.Server.Slot.Swap(TestModels.Counting("healthy"));
        var predictions = await bench.PredictionsAsync(50);

        Assert.All(predictions, static p => Assert.Equal("healthy", p.ModelVersion));
        Assert.Equal(0, await bench.CountAsync(Topics.DeadLetter));
    }

    [Fact]
    public async Task Swaps_under_load_lose_and_duplicate_nothing_and_unload_every_old_version()
    {
        const int Count = 2000;
        var unloaded = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using var bench = new InferenceBench(TestModels.Counting("v0", unload: () => unloaded.Add("v0")));
        await bench.CreateTopicsAsync(partitions: 4);
        await using var loop = bench.Start();

        for (var i = 0; i < 20; i++)
        {
            var ids = Enumerable.Range(i * Count / 20, Count / 20);
            await bench.AppendAsync([.. ids.Select(static id => InferenceBench.Text($"{id}", TestModels.Words(1 + (id % 30))))]);
            var version = $"v{i + 1}";
            bench.Server.Slot.Swap(TestModels.Counting(version, unload: () => unloaded.Add(version)));
        }
        var predictions = await bench.PredictionsAsync(Count);
        await loop.StopAsync();
        bench.Server.Dispose();

        Assert.Equal(Count, predictions.Select(static p => p.Id).Distinct().Count());
        Assert.Equal(Count, await bench.CountAsync(Topics.Predictions));
        Assert.Equal(21, unloaded.Distinct().Count());
        Assert.Equal(21, unloaded.Count);
    }

    [Fact]
    public async Task A_stop_commits_the_in_flight_records_and_the_next_start_resumes_after_them()
    {
        const int Count = 500;
        using var first = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        await using var bench = new InferenceBench(TestModels.Counting(before: _ => { first.Set(); gate.Wait(); }));
        await bench.CreateTopicsAsync(partitions: 1);
        await bench.AppendAsync([.. Enumerable.Range(0, Count).Select(static i => InferenceBench.Text($"{i}", "a b c"))]);

        var loop = bench.Start();
        await Task.Run(first.Wait, TestContext.Current.CancellationToken);
        var stopped = loop.StopAsync();
        Assert.False(stopped.IsCompleted);
        gate.Set();
        await stopped;
        var before = await bench.CountAsync(Topics.Predictions);

        Assert.InRange(before, 1, Count - 1);
        Assert.Equal(Count - before, await bench.LagAsync());
        await using var next = bench.Start();
        var all = await bench.PredictionsAsync(Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(static i => $"{i}").Order(), all.Select(static p => p.Id).Order());
    }

    [Fact]
    public async Task A_drain_that_exceeds_its_timeout_is_cancelled_and_its_texts_are_reprocessed()
    {
        using var first = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var options = new InferenceOptions { Replicas = 1, ReadSize = 16, DrainTimeout = TimeSpan.FromMilliseconds(1) };
        await using var bench = new InferenceBench(TestModels.Counting(before: _ => { first.Set(); gate.Wait(); }), options: options);
        await bench.CreateTopicsAsync(partitions: 1);
        await bench.AppendAsync([.. Enumerable.Range(0, 40).Select(static i => InferenceBench.Text($"{i}", "a"))]);

        var loop = bench.Start();
        await Task.Run(first.Wait, TestContext.Current.CancellationToken);
        await loop.StopAsync();
        Assert.Equal((0, 40), (await bench.CountAsync(Topics.Predictions), await bench.LagAsync()));

        gate.Set();
        await using var next = bench.Start();
        Assert.Equal(40, (await bench.PredictionsAsync(40)).Select(static p => p.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_second_reader_that_joins_and_leaves_loses_and_duplicates_nothing()
    {
        const int Count = 3000;
        await using var bench = new InferenceBench(TestModels.Counting());
        await bench.CreateTopicsAsync(partitions: 4);
        await using var loop = bench.Start();
        for (var i = 0; i < 10; i++)
        {
            var ids = Enumerable.Range(i * Count / 10, Count / 10);
            await bench.AppendAsync([.. ids.Select(static id => InferenceBench.Text($"{id}", "a b"))]);
            await using var second = bench.Start();
            await bench.PredictionsAsync((i * Count / 10) + 1);
        }

        var all = await bench.PredictionsAsync(Count);

        Assert.Equal(Count, all.Select(static p => p.Id).Distinct().Count());
        Assert.Equal(Count, await bench.CountAsync(Topics.Predictions));
    }

    private static async Task AssertOrderAsync(int[] lengths, int batchSize, int keys, int seed)
    {
        var options = new InferenceOptions
        {
            Replicas = 2,
            ReadSize = 16,
            MaxBatchSize = batchSize,
            MaxBatchTokens = 256,
            Prefetch = 1,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };
        var calls = seed % 7;
        var failing = TestModels.Counting(before: texts =>
        {
            if (texts.Count > 1 && Interlocked.Increment(ref calls) % 7 == 0)
                throw new InvalidOperationException("a transient failure");
        });
        await using var bench = new InferenceBench(failing, options: options);
        await bench.CreateTopicsAsync(partitions: 3);
        await using var bulk = bench.Start();
        await using var interactive = bench.Start(Priority.Interactive);
        for (var i = 0; i < lengths.Length; i++)
        {
            await bench.AppendAsync(InferenceBench.Text($"{i}", TestModels.Words(lengths[i]), $"key {i % keys}"));
            if (i % 10 == 0)
                await bench.AppendAsync(Interactive($"interactive {i}"));
        }

        var all = await bench.PredictionsAsync(lengths.Length + ((lengths.Length + 9) / 10));
        var found = all.Where(static p => p.Origin.Topic != Topics.Interactive).ToList();

        Assert.Equal(lengths.Length, found.Count);
        AssertOrderedByKey(found);
    }

    private static NewRecord Interactive(string id) => InferenceBench.Text(id, TestModels.Words(3), topic: Topics.Interactive) with
    {
        Headers = new Dictionary<string, byte[]> { [RecordHeaders.Pipeline] = "news"u8.ToArray() },
    };

    private static void AssertOrderedByKey(IEnumerable<TextClassified> predictions) =>
        Assert.All(predictions.GroupBy(static p => p.Subject), static group =>
        {
            var ids = group.Select(static p => int.Parse(p.Id, null)).ToList();
            Assert.Equal(ids.Order(), ids);
        });
}
