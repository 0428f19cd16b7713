using System.Text;
using CsCheck;
using StreamBert.Contracts;
using StreamBert.Inference;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;
using StreamBert.Tests.Streaming.Schemas;

namespace StreamBert.Tests.Inference.Consuming;

public sealed class ConsumerLoopTests
{
    [Fact]
    public async Task A_prediction_says_what_was_found_where_it_came_from_and_where_the_time_went()
    {
        await using var place = new InferenceBench(TestModels.Counting("v7"));
        await place.CreateTopicsAsync();
        var text = new TextReceived
        {
            Id = "1",
            Text = "three little words",
            Source = "wire",
            Subject = "ACME",
            Language = "en",
            OccurredAt = InferenceBench.EventTime,
            Attributes = new Dictionary<string, string> { ["desk"] = "fx" },
        };
        var position = (await place.AppendAsync(
            new NewRecord("texts.news", "ACME"u8.ToArray(), Wire.Serialize(text), DateTimeOffset.UnixEpoch)))[0];
        await using var loop = place.Start();

        var record = Assert.Single(await place.TakeAsync(Topics.Predictions, 1));
        var found = Wire.Deserialize<TextClassified>(record.Value);

        Assert.Equal(("ACME", InferenceBench.EventTime, "TextClassified"),
            (Encoding.UTF8.GetString(record.Key!), record.Timestamp, EventRecord.Header(record, RecordHeaders.Type)!));
        Assert.Equal(
            ("1", "news", "v7", "3", 3, false),
            (found.Id, found.Pipeline, found.ModelVersion, found.Heads["sentiment"].Label, found.Tokens, found.Truncated));
        Assert.Equal(
            ("ACME", "wire", "three little words", InferenceBench.EventTime),
            (found.Subject, found.Source, found.Text, found.OccurredAt));
        Assert.Equal(position, found.Origin);
        Assert.Equivalent(new Dictionary<string, string> { ["desk"] = "fx", ["language"] = "en" }, found.Attributes, strict: true);
        Assert.Equal([3f], found.Embedding!);
        Assert.Equal(1, found.Timings.BatchSize);
        Assert.True(found.Timings is { WaitMs: > 0, ModelMs: > 0 });
    }

    [Fact]
    public async Task However_much_waits_no_more_is_in_memory_than_the_options_allow()
    {
        var options = new InferenceOptions { Replicas = 1, MaxInFlightBytes = 64 * 1024, RetryDelay = TimeSpan.FromMilliseconds(1) };
        var (most, model) = (0L, TestModels.Counting());
        InferenceBench? place = null;
        await using var watched = place = new InferenceBench(
            model with
            {
                Classify = texts =>
                {
                    most = Math.Max(most, place!.Budget.UsedBytes); return model.Classify(
                texts);
                }
            }, options: options);
        await place.CreateTopicsAsync();
        var large = new string('a', 40_000);
        await place.AppendAsync([.. Enumerable.Range(0, 60)
            .Select(number => InferenceBench.Text($"{number}", number == 30 ? large : $"text {number} {new string('b', 500)}"))]);
        await using var loop = place.Start();

        Assert.Equal(60, (await place.PredictionsAsync(60)).DistinctBy(static prediction => prediction.Id).Count());
        await loop.StopAsync();

        Assert.InRange(most, 6 * 40_000, 6 * (40_000 + 16 * 1024) + 64 * 1024); // the read that brings the large text goes through alone
        Assert.Equal(0, place.Budget.UsedBytes);
    }

    [Fact]
    public async Task Only_the_pipelines_heads_are_answered_and_the_text_is_left_out_where_privacy_asks_for_it()
    {
        var model = TestModels.Counting();
        var twoHeads = model with
        {
            Classify = texts => [.. model.Classify(
                texts).Select(static answer => answer with { Heads = new Dictionary<string, HeadPrediction>(answer.Heads) { ["topic"] = answer.Heads["sentiment"] } })],
        };
        await using var place = new InferenceBench(twoHeads, [new() { Name = "news", Heads = ["topic"], Privacy = new() { KeepText = false } }]);
        await place.CreateTopicsAsync();
        await place.AppendAsync(InferenceBench.Text("1", "a secret"));
        await using var loop = place.Start();

        var found = Assert.Single(await place.PredictionsAsync(1));

        Assert.Equal(["topic"], found.Heads.Keys);
        Assert.Null(found.Text);
    }

    [Fact]
    public async Task A_prediction_that_matches_a_route_is_copied_to_its_queue_in_the_same_step()
    {
        var pipeline = new PipelineOptions
        {
            Name = "news",
            Heads = ["sentiment"],
            Routes = [new() { Queue = "twos", Head = "sentiment", Labels = ["2"] }]
        };
        await using var place = new InferenceBench(TestModels.Counting(), [pipeline]);
        await place.CreateTopicsAsync();
        await place.AppendAsync(InferenceBench.Text("1", "one"), InferenceBench.Text("2", "one two"));
        await using var loop = place.Start();

        var predictions = await place.PredictionsAsync(2);
        var routed = Wire.Deserialize<TextClassified>(Assert.Single(await place.TakeAsync(Topics.Route("twos"), 1)).Value);

        Assert.Equal(("2", "twos"), (routed.Id, Assert.Single(routed.Routes)));
        Assert.Empty(predictions.Single(static p => p.Id == "1").Routes);
    }

    [Fact]
    public async Task Avro_is_classified_by_the_schema_of_the_registry_and_what_has_none_is_a_dead_letter_with_its_own_bytes()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        var (avro, unknown) = (await SchemaDecoderTests.AvroAsync(registry), new byte[] { 0, 0, 0, 18, 103, 2, 3 });
        using var schemas = TestSchemas.Of(registry.Url);
        await using var place = new InferenceBench(TestModels.Counting()) { Schemas = schemas };
        await place.CreateTopicsAsync();
        await place.AppendAsync(
            new NewRecord("texts.news", null, avro, InferenceBench.EventTime),
            new NewRecord("texts.news", null, unknown, InferenceBench.EventTime));
        await using var loop = place.Start();

        var found = Assert.Single(await place.PredictionsAsync(1));
        var letter = Assert.Single(await place.DeadLettersAsync(1));

        Assert.Equal(("9007199254740993", "Oil é", "eu"), (found.Id, found.Text, found.Attributes["region"]));
        Assert.Equal(new(2024, 1, 2, 3, 4, 5, 250, TimeSpan.Zero), found.OccurredAt);
        Assert.Equal("schema-unknown", letter.Reason);
        Assert.Equal(unknown, letter.Value);
    }

    [Fact]
    public async Task Predictions_of_a_key_keep_the_order_of_its_texts_whatever_their_lengths()
    {
        await using var place = new InferenceBench(TestModels.Counting());
        await place.CreateTopicsAsync(partitions: 4);
        var random = new Random(1);
        await place.AppendAsync(
            [.. Enumerable.Range(0, 600).Select(i => InferenceBench.Text($"{i}", TestModels.Words(random.Next(1, 60)), $"key {i % 7}"))]);
        await using var loop = place.Start();

        var found = await place.PredictionsAsync(600);

        Assert.Equal(600, found.Select(static p => p.Id).Distinct().Count());
        Assert.All(found.GroupBy(static p => p.Subject), static group =>
            Assert.Equal(group.Select(static p => int.Parse(p.Id, null)).Order(), group.Select(static p => int.Parse(p.Id, null))));
    }

    [Fact]
    public async Task Predictions_of_a_key_keep_their_order_through_batches_failures_and_interactive_texts_between_them()
    {
        await Gen.Select(Gen.Int[1, 40].Array[40, 200], Gen.Int[1, 64], Gen.Int[1, 9], Gen.Int[0, int.MaxValue])
            .SampleAsync(static async (lengths, batchSize, keys, seed) =>
                {
                    var options = new InferenceOptions
                    {
                        Replicas = 2,
                        ReadSize = 16,
                        MaxBatchSize = batchSize,
                        MaxBatchTokens = 256,
                        Prefetch = 1,
                        RetryDelay = TimeSpan.FromMilliseconds(1)
                    };
                    var calls = seed % 7;
                    var failing = TestModels.Counting(before: texts =>
                    {
                        if (texts.Count > 1 && Interlocked.Increment(ref calls) % 7 == 0)
                            throw new InvalidOperationException("a failure that passes");
                    });
                    await using var place = new InferenceBench(failing, options: options);
                    await place.CreateTopicsAsync(partitions: 3);
                    await using var bulk = place.Start();
                    await using var interactive = place.Start(Priority.Interactive);
                    for (var i = 0; i < lengths.Length; i++)
                    {
                        await place.AppendAsync(InferenceBench.Text($"{i}", TestModels.Words(lengths[i]), $"key {i % keys}"));
                        if (i % 10 == 0)
                        {
                            await place.AppendAsync(InferenceBench.Text(
                        $"asked {i}",
                        TestModels.Words(3),
                        topic: Topics.Interactive) with
                            { Headers = new Dictionary<string, byte[]> { [RecordHeaders.Pipeline] = "news"u8.ToArray() } });
                        }
                    }

                    var all = await place.PredictionsAsync(lengths.Length + ((lengths.Length + 9) / 10));
                    var found = all.Where(static p => p.Origin.Topic != Topics.Interactive).ToList();

                    Assert.Equal(lengths.Length, found.Count);
                    Assert.All(found.GroupBy(static p => p.Subject), static group =>
                        Assert.Equal(group.Select(static p => int.Parse(p.Id, null)).Order(), group.Select(static p => int.Parse(p.Id, null))));
                }, iter: 15, threads: 1);
    }

    [Fact]
    public async Task Every_poison_record_ends_in_the_dead_letters_with_its_reason_in_order_and_blocks_none()
    {
        await using var place = new InferenceBench(TestModels.Counting());
        await place.CreateTopicsAsync(partitions: 1);
        (byte[]? Value, string Reason)[] poison =
        [
            ([0xff, 0xfe, 0x00], DeadLetterReasons.NotUtf8),
            (null, DeadLetterReasons.NullValue),
            ("hello"u8.ToArray(), DeadLetterReasons.NotJson),
            ("""{"id":"x"}"""u8.ToArray(), DeadLetterReasons.MissingField),
            (Encoding.UTF8.GetBytes($$"""{"id":"x","text":"{{new string('a', 2 * 1024 * 1024)}}"}"""), DeadLetterReasons.TextTooLarge),
            (Encoding.UTF8.GetBytes(new string('[', 5000)), DeadLetterReasons.NestingTooDeep),
            ("""{"id":"x","text":7}"""u8.ToArray(), DeadLetterReasons.BadField),
        ];
        foreach (var (value, _) in poison)
        {
            await place.AppendAsync(
                new NewRecord("texts.news", "k"u8.ToArray(), value, InferenceBench.EventTime)
                {
                    Headers = new Dictionary<string, byte[]> { ["trace"] = [1, 2] }
                },
                InferenceBench.Text($"after {value?.Length}", "good"));
        }

        await place.AppendAsync(InferenceBench.Text("empty", ""), InferenceBench.Text("control", "\u0001\u0002"));
        await using var loop = place.Start();

        var letters = await place.DeadLettersAsync(poison.Length);
        var predictions = await place.PredictionsAsync(poison.Length + 2);

        Assert.Equal(poison.Select(static p => p.Reason), letters.Select(static letter => letter.Reason));
        Assert.Equal(poison.Select(static p => p.Value), letters.Select(static letter => letter.Value));
        Assert.Equal(Enumerable.Range(0, poison.Length).Select(static i => 2L * i), letters.Select(static letter => letter.Origin.Offset));
        Assert.All(letters, static letter => Assert.Equal(
            ("news", "k", InferenceBench.EventTime),
            (letter.Pipeline, Encoding.UTF8.GetString(letter.Key!), letter.Timestamp)));
        Assert.All(letters, static letter => Assert.Equal([1, 2], letter.Headers["trace"]));
        Assert.Equal(["empty", "control"], predictions.TakeLast(2).Select(static p => p.Id));
    }

    [Fact]
    public async Task A_text_on_which_the_model_fails_becomes_a_dead_letter_alone_with_the_error()
    {
        await using var place = new InferenceBench(TestModels.Allergic([]));
        await place.CreateTopicsAsync();
        var records = Enumerable.Range(0, 100).Select(static i => InferenceBench.Text($"{i}", i is 13 or 77 ? TestModels.Poison : "fine")).ToList();
        await place.AppendAsync(records);
        await using var loop = place.Start();

        var letters = await place.DeadLettersAsync(2);
        var predictions = await place.PredictionsAsync(98);

        Assert.Equal(["13", "77"], letters.Select(static letter => Wire.Deserialize<TextReceived>(letter.Value).Id).Order());
        Assert.All(
            letters,
            static letter => Assert.Equal((DeadLetterReasons.ModelError, typeof(ArithmeticException).FullName), (letter.Reason, letter.ErrorType)));
        Assert.All(letters, static letter => Assert.Contains(nameof(TestModels.Allergic), letter.Stack, StringComparison.Ordinal));
        Assert.Equal(98, predictions.Select(static p => p.Id).Except(["13", "77"]).Count());
    }

    [Fact]
    public async Task A_broken_model_costs_no_text_and_a_new_version_heals_the_stream()
    {
        await using var place = new InferenceBench(
            TestModels.Counting("broken", before: static _ => throw new InvalidOperationException("no device")));
        await place.CreateTopicsAsync();
        await place.AppendAsync([.. Enumerable.Range(0, 50).Select(static i => InferenceBench.Text($"{i}", "a b"))]);
        await using var loop = place.Start();

        place.Server.Slot.Swap(TestModels.Counting("healthy"));
        var predictions = await place.PredictionsAsync(50);

        Assert.All(predictions, static p => Assert.Equal("healthy", p.ModelVersion));
        Assert.Equal(0, await place.CountAsync(Topics.DeadLetter));
    }

    [Fact]
    public async Task Swaps_under_load_lose_and_double_nothing_and_unload_every_old_version()
    {
        const int Count = 2000;
        var unloaded = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using var place = new InferenceBench(TestModels.Counting("v0", unload: () => unloaded.Add("v0")));
        await place.CreateTopicsAsync(partitions: 4);
        await using var loop = place.Start();

        for (var i = 0; i < 20; i++)
        {
            await place.AppendAsync(
                [.. Enumerable.Range(i * Count / 20, Count / 20).Select(static id => InferenceBench.Text($"{id}", TestModels.Words(1 + (id % 30))))]);
            var version = $"v{i + 1}";
            place.Server.Slot.Swap(TestModels.Counting(version, unload: () => unloaded.Add(version)));
        }
        var predictions = await place.PredictionsAsync(Count);
        await loop.StopAsync();
        place.Server.Dispose();

        Assert.Equal(Count, predictions.Select(static p => p.Id).Distinct().Count());
        Assert.Equal(Count, await place.CountAsync(Topics.Predictions));
        Assert.Equal(21, unloaded.Distinct().Count());
        Assert.Equal(21, unloaded.Count);
    }

    [Fact]
    public async Task An_interactive_text_is_answered_by_the_pipeline_its_header_names()
    {
        await using var place = new InferenceBench(
            TestModels.Counting(),
            [new() { Name = "news", Heads = ["sentiment"], Fields = new() { Text = "some.other" } }]);
        await place.CreateTopicsAsync(partitions: 1);
        static NewRecord For(string id, string pipeline) => InferenceBench.Text(id, "hi there", topic: Topics.Interactive) with
        {
            Headers = new Dictionary<string, byte[]>(EventRecord.HeadersFor<TextReceived>())
            {
                [RecordHeaders.Pipeline] = Encoding.UTF8.GetBytes(pipeline)
            },
        };
        await place.AppendAsync(For("lost", "no-such"), For("q", "news"), InferenceBench.Text("bare", "hi", topic: Topics.Interactive));
        await using var loop = place.Start(Priority.Interactive);

        var found = Assert.Single(await place.PredictionsAsync(1));
        var letters = await place.DeadLettersAsync(2);

        Assert.Equal(("q", "news", Topics.Interactive), (found.Id, found.Pipeline, found.Origin.Topic));
        Assert.All(letters, static letter => Assert.Equal(DeadLetterReasons.UnknownPipeline, letter.Reason));
    }

    [Fact]
    public async Task An_interactive_text_past_its_deadline_is_dead_lettered_and_not_computed_unless_it_is_replayed()
    {
        await using var place = new InferenceBench(TestModels.Counting());
        await place.CreateTopicsAsync(partitions: 1);
        static NewRecord Until(
            string id,
            DateTimeOffset deadline,
            string topic = Topics.Interactive) => InferenceBench.Text(id, $"text {id}", topic: topic) with
            {
                Headers = new Dictionary<string, byte[]>
                {
                    [RecordHeaders.Pipeline] = "news"u8.ToArray(),
                    [RecordHeaders.Deadline] = Encoding.UTF8.GetBytes($"{deadline:O}")
                },
            };
        var (past, ahead) = (DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        var replayed = Until("replayed", past) with
        {
            Headers = new Dictionary<string, byte[]>(Until("", past).Headers)
            {
                [RecordHeaders.ReplayOf] = "0/0"u8.ToArray()
            }
        };
        await place.AppendAsync(Until("late", past), Until("timely", ahead), replayed, Until("bulk", past, "texts.news"));
        await using var interactive = place.Start(Priority.Interactive);
        await using var bulk = place.Start();

        var found = await place.PredictionsAsync(3);
        var letter = Assert.Single(await place.DeadLettersAsync(1));

        Assert.Equal(["bulk", "replayed", "timely"], found.Select(static p => p.Id).Order(StringComparer.Ordinal));
        Assert.Equal((DeadLetterReasons.DeadlinePassed, "late"), (letter.Reason, Encoding.UTF8.GetString(letter.Key!)));
        Assert.Null(letter.ErrorType);
        Assert.Contains("1970-01-01", letter.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_comes_again_skips_the_device_and_keeps_its_place_until_another_version_serves()
    {
        var computed = 0;
        ServedModel Version(string version) => TestModels.Counting(version, before: texts => Interlocked.Add(ref computed, texts.Count));
        await using var place = new InferenceBench(Version("v1"));
        await place.CreateTopicsAsync(partitions: 1);
        await using var loop = place.Start();
        await place.AppendAsync(InferenceBench.Text("first", "the very same"));
        await place.PredictionsAsync(1);

        await place.AppendAsync(
            InferenceBench.Text("new", "something else entirely"),
            InferenceBench.Text("again", "the very same"),
            InferenceBench.Text("fresh", "not seen before"));
        var found = await place.PredictionsAsync(4);
        place.Server.Slot.Swap(Version("v2"));
        await place.AppendAsync(InferenceBench.Text("after", "the very same"));
        var after = (await place.PredictionsAsync(5))[^1];

        Assert.Equal(["first", "new", "again", "fresh"], found.Select(static p => p.Id));
        Assert.Equal([false, false, true, false], found.Select(static p => p.Timings.Cached));
        Assert.Equal(
            (0, 0, 3, "3"),
            (found[2].Timings.BatchSize, found[2].Timings.ModelMs, found[2].Tokens, found[2].Heads["sentiment"].Label));
        Assert.Equal(("v2", false), (after.ModelVersion, after.Timings.Cached));
        Assert.Equal(4, computed);
    }

    [Fact]
    public async Task A_stop_commits_what_is_in_flight_and_the_next_start_goes_on_behind_it()
    {
        const int Count = 500;
        using var first = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        await using var place = new InferenceBench(TestModels.Counting(before: _ => { first.Set(); gate.Wait(); }));
        await place.CreateTopicsAsync(partitions: 1);
        await place.AppendAsync([.. Enumerable.Range(0, Count).Select(static i => InferenceBench.Text($"{i}", "a b c"))]);

        var loop = place.Start();
        await Task.Run(first.Wait, TestContext.Current.CancellationToken);
        var stopped = loop.StopAsync();
        Assert.False(stopped.IsCompleted);
        gate.Set();
        await stopped;
        var before = await place.CountAsync(Topics.Predictions);

        Assert.InRange(before, 1, Count - 1);
        Assert.Equal(Count - before, await place.LagAsync());
        await using var next = place.Start();
        var all = await place.PredictionsAsync(Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(static i => $"{i}").Order(), all.Select(static p => p.Id).Order());
    }

    [Fact]
    public async Task A_drain_that_takes_too_long_is_given_up_and_its_texts_are_read_again()
    {
        using var first = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var options = new InferenceOptions { Replicas = 1, ReadSize = 16, DrainTimeout = TimeSpan.FromMilliseconds(1) };
        await using var place = new InferenceBench(TestModels.Counting(before: _ => { first.Set(); gate.Wait(); }), options: options);
        await place.CreateTopicsAsync(partitions: 1);
        await place.AppendAsync([.. Enumerable.Range(0, 40).Select(static i => InferenceBench.Text($"{i}", "a"))]);

        var loop = place.Start();
        await Task.Run(first.Wait, TestContext.Current.CancellationToken);
        await loop.StopAsync();
        Assert.Equal((0, 40), (await place.CountAsync(Topics.Predictions), await place.LagAsync()));

        gate.Set();
        await using var next = place.Start();
        Assert.Equal(40, (await place.PredictionsAsync(40)).Select(static p => p.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_second_reader_that_joins_and_leaves_in_mid_stream_loses_and_doubles_nothing()
    {
        const int Count = 3000;
        await using var place = new InferenceBench(TestModels.Counting());
        await place.CreateTopicsAsync(partitions: 4);
        await using var loop = place.Start();
        for (var i = 0; i < 10; i++)
        {
            await place.AppendAsync([.. Enumerable.Range(i * Count / 10, Count / 10).Select(static id => InferenceBench.Text($"{id}", "a b"))]);
            await using var second = place.Start();
            await place.PredictionsAsync((i * Count / 10) + 1);
        }

        var all = await place.PredictionsAsync(Count);

        Assert.Equal(Count, all.Select(static p => p.Id).Distinct().Count());
        Assert.Equal(Count, await place.CountAsync(Topics.Predictions));
    }
}
