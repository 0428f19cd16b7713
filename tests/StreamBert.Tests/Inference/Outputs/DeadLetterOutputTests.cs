using System.Text;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Streaming.Schemas;

namespace StreamBert.Tests.Inference.Outputs;

/// <summary>Tests which records become dead letters, and with which content.</summary>
public sealed class DeadLetterOutputTests
{
    [Fact]
    public async Task Avro_is_decoded_by_the_schema_registry_and_a_record_without_a_schema_becomes_a_dead_letter_with_its_bytes()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        var (avro, unknown) = (await SchemaDecoderTests.AvroAsync(registry), new byte[] { 0, 0, 0, 18, 103, 2, 3 });
        using var schemas = TestSchemas.Of(registry.Url);
        await using var bench = new InferenceBench(TestModels.Counting()) { Schemas = schemas };
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(
            new NewRecord("texts.news", null, avro, InferenceBench.EventTime),
            new NewRecord("texts.news", null, unknown, InferenceBench.EventTime));
        await using var loop = bench.Start();

        var found = Assert.Single(await bench.PredictionsAsync(1));
        var deadLetter = Assert.Single(await bench.DeadLettersAsync(1));

        Assert.Equal(("9007199254740993", "Oil é", "eu"), (found.Id, found.Text, found.Attributes["region"]));
        Assert.Equal(new(2024, 1, 2, 3, 4, 5, 250, TimeSpan.Zero), found.OccurredAt);
        Assert.Equal("schema-unknown", deadLetter.Reason);
        Assert.Equal(unknown, deadLetter.Value);
    }

    [Fact]
    public async Task Every_poison_record_becomes_a_dead_letter_with_its_reason_in_order_and_blocks_no_other()
    {
        await using var bench = new InferenceBench(TestModels.Counting());
        await bench.CreateTopicsAsync(partitions: 1);
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
            await bench.AppendAsync(
                new NewRecord("texts.news", "k"u8.ToArray(), value, InferenceBench.EventTime)
                {
                    Headers = new Dictionary<string, byte[]> { ["trace"] = [1, 2] }
                },
                InferenceBench.Text($"after {value?.Length}", "good"));
        }

        await bench.AppendAsync(InferenceBench.Text("empty", ""), InferenceBench.Text("control", "\u0001\u0002"));
        await using var loop = bench.Start();

        var deadLetters = await bench.DeadLettersAsync(poison.Length);
        var predictions = await bench.PredictionsAsync(poison.Length + 2);

        Assert.Equal(poison.Select(static p => p.Reason), deadLetters.Select(static deadLetter => deadLetter.Reason));
        Assert.Equal(poison.Select(static p => p.Value), deadLetters.Select(static deadLetter => deadLetter.Value));
        Assert.Equal(
            Enumerable.Range(0, poison.Length).Select(static i => 2L * i),
            deadLetters.Select(static deadLetter => deadLetter.Origin.Offset));
        Assert.All(deadLetters, static deadLetter => Assert.Equal(
            ("news", "k", InferenceBench.EventTime),
            (deadLetter.Pipeline, Encoding.UTF8.GetString(deadLetter.Key!), deadLetter.Timestamp)));
        Assert.All(deadLetters, static deadLetter => Assert.Equal([1, 2], deadLetter.Headers["trace"]));
        Assert.Equal(["empty", "control"], predictions.TakeLast(2).Select(static p => p.Id));
    }

    [Fact]
    public async Task Only_a_text_on_which_the_model_fails_becomes_a_dead_letter_with_the_error()
    {
        await using var bench = new InferenceBench(TestModels.FailingOnPoison([]));
        await bench.CreateTopicsAsync();
        await bench.AppendAsync(
            [.. Enumerable.Range(0, 100).Select(static i => InferenceBench.Text($"{i}", i is 13 or 77 ? TestModels.Poison : "fine"))]);
        await using var loop = bench.Start();

        var deadLetters = await bench.DeadLettersAsync(2);
        var predictions = await bench.PredictionsAsync(98);

        Assert.Equal(["13", "77"], deadLetters.Select(static deadLetter => Wire.Deserialize<TextReceived>(deadLetter.Value).Id).Order());
        Assert.All(deadLetters, static deadLetter =>
        {
            Assert.Equal(
                (DeadLetterReasons.ModelError, typeof(ArithmeticException).FullName), (deadLetter.Reason, deadLetter.ErrorType));
            Assert.Contains(nameof(TestModels.FailingOnPoison), deadLetter.Stack, StringComparison.Ordinal);
        });
        Assert.Equal(98, predictions.Select(static p => p.Id).Except(["13", "77"]).Count());
    }

    [Fact]
    public async Task An_interactive_text_is_classified_by_the_pipeline_in_its_header()
    {
        await using var bench = new InferenceBench(
            TestModels.Counting(),
            [new() { Name = "news", Heads = ["sentiment"], Fields = new() { Text = "some.other" } }]);
        await bench.CreateTopicsAsync(partitions: 1);
        static NewRecord For(string id, string pipeline) => InferenceBench.Text(id, "hi there", topic: Topics.Interactive) with
        {
            Headers = new Dictionary<string, byte[]>(EventRecord.HeadersFor<TextReceived>())
            {
                [RecordHeaders.Pipeline] = Encoding.UTF8.GetBytes(pipeline)
            },
        };
        await bench.AppendAsync(For("lost", "no-such"), For("q", "news"), InferenceBench.Text("bare", "hi", topic: Topics.Interactive));
        await using var loop = bench.Start(Priority.Interactive);

        var found = Assert.Single(await bench.PredictionsAsync(1));
        var deadLetters = await bench.DeadLettersAsync(2);

        Assert.Equal(("q", "news", Topics.Interactive), (found.Id, found.Pipeline, found.Origin.Topic));
        Assert.All(deadLetters, static deadLetter => Assert.Equal(DeadLetterReasons.UnknownPipeline, deadLetter.Reason));
    }

    [Fact]
    public async Task An_interactive_text_past_its_deadline_becomes_a_dead_letter_unless_it_is_replayed()
    {
        await using var bench = new InferenceBench(TestModels.Counting());
        await bench.CreateTopicsAsync(partitions: 1);
        var (past, ahead) = (DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        var late = WithDeadline("late", past);
        var replayed = WithDeadline("replayed", past) with
        {
            Headers = new Dictionary<string, byte[]>(late.Headers) { [RecordHeaders.ReplayOf] = "0/0"u8.ToArray() },
        };
        await bench.AppendAsync(late, WithDeadline("timely", ahead), replayed, WithDeadline("bulk", past, "texts.news"));
        await using var interactive = bench.Start(Priority.Interactive);
        await using var bulk = bench.Start();

        var found = await bench.PredictionsAsync(3);
        var deadLetter = Assert.Single(await bench.DeadLettersAsync(1));

        Assert.Equal(["bulk", "replayed", "timely"], found.Select(static p => p.Id).Order(StringComparer.Ordinal));
        Assert.Equal((DeadLetterReasons.DeadlinePassed, "late"), (deadLetter.Reason, Encoding.UTF8.GetString(deadLetter.Key!)));
        Assert.Null(deadLetter.ErrorType);
        Assert.Contains("1970-01-01", deadLetter.Detail, StringComparison.Ordinal);
    }

    private static NewRecord WithDeadline(string id, DateTimeOffset deadline, string topic = Topics.Interactive) =>
        InferenceBench.Text(id, $"text {id}", topic: topic) with
        {
            Headers = new Dictionary<string, byte[]>
            {
                [RecordHeaders.Pipeline] = "news"u8.ToArray(),
                [RecordHeaders.Deadline] = EventRecord.FormatDeadline(deadline),
            },
        };
}
