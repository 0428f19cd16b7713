using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Traffic;
using StreamBert.Inference.Serving;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Sessions;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Storage;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Reading;
using StreamBert.Tests.Monitoring;
using StreamBert.Tests.Privacy;
using StreamBert.Tests.Training;
using StreamBert.Training.Datasets;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Fuzzing;

/// <summary>Fuzzes records of the log, which any producer may have written: no record may stop a service.</summary>
public sealed class EventFuzzTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 31, 0, TimeSpan.Zero);

    private static readonly (string Name, Action<byte[]> Read)[] Events =
    [
        Event<TextReceived>(), Event<TextClassified>(), Event<FeedbackReceived>(), Event<DeadLettered>(), Event<TrendUpdated>(),
        Event<FeedbackWithdrawn>(),
        Event<AlertRaised>(), Event<AlertResolved>(),
        Event<ModelTrained>(), Event<ModelPromoted>(), Event<ModelRolledBack>(), Event<TrainingRequested>(), Event<RollbackRequested>(),
        Event<PromotionRequested>(), Event<PinRequested>(), Event<PinChanged>(), Event<RolloutChanged>(), Event<ShadowReported>(),
        Event<ModelRequestRefused>(), Event<TrainingReported>(), Event<RolloutProgressed>(),
        Event<AuditEntry>(), Event<Explanation>(), Event<ClassificationReport>(),
    ];

    private static readonly PipelineOptions[] Pipelines =
    [
        DefaultPipelines.FinancialNews,
        DefaultPipelines.SupportChat with { MaxTextBytes = 20 },
        new()
        {
            Name = "tweets",
            Heads = ["sentiment"],
            Fields = new()
            {
                Id = "tweet.key",
                Text = "tweet.body",
                Source = null,
                Subject = "tweet.user",
                Language = "a.b",
                OccurredAt = "ts",
                Attributes = new Dictionary<string, string> {
                    ["user"] = "tweet.user.name",
                    ["dotted"] = "a.b",
                    ["odd"] = "..",
                    ["none"] = "" },
            },
        },
        new() { Name = "same", Heads = ["sentiment"], Fields = new() { Id = "text", OccurredAt = null, Source = "text." } },
    ];

    [Fact]
    public void Any_record_of_the_log_is_an_event_that_can_be_serialized_again_or_not_an_event() => Fuzzer.Run("events", static input =>
    {
        var read = 0;
        foreach (var (_, tryRead) in Events)
        {
            try
            {
                tryRead(input);
                read++;
            }
            catch (JsonException)
            {
                // not this event
            }
        }
        if (read == 0) throw new JsonException("no event");
    }, [typeof(JsonException)]);

    [Fact]
    public void Any_record_of_the_log_is_processed_by_the_Gateway()
    {
        var (labels, meter) = (new LabelCatalog(null!, new PipelineCatalog(DefaultPipelines.All)), new TrafficMeter(TimeProvider.System));
        var pace = new ThroughputEstimator(TimeProvider.System);
        Fuzzer.Run("events", input =>
        {
            foreach (var (name, _) in Events)
            {
                var logged = LoggedEvent.Read(Record(input, name));
                meter.Observe(logged.Event);
                if (logged.Event is TextClassified prediction)
                {
                    labels.Observe(prediction);
                    pace.Observe(prediction);
                }
                if (logged.Event is ModelPromoted promoted) labels.Observe(promoted);
                if (LiveEvent.From(logged) is { } live) JsonSerializer.SerializeToUtf8Bytes(live.Payload, live.Payload.GetType());
            }
        }, []);
    }

    [Fact]
    public void Any_record_of_the_predictions_is_monitored_or_skipped()
    {
        var catalog = new PipelineCatalog(DefaultPipelines.All);
        var (reader, guard, taken) = (new MonitorRecordReader(catalog), new PrivacyFilter(catalog, TestKeys.None), 0);
        var session = new MonitorSession(catalog, new(), new(), guard);
        Fuzzer.Run("events", input =>
        {
            var record = Record(input, nameof(TextClassified), taken);
            session.Process(reader.Read([record, record with { Position = new(Topics.Progress, 0, taken) }]));
            if (++taken % 25 != 0) return; // dead letters are written at the end of a session
            session.PendingRecords(Now);
            session.Dispose();
            session = new(catalog, new(), new(), guard);
        }, []);
        session.Dispose();
    }

    [Fact]
    public void Any_record_of_feedback_and_models_is_used_or_excluded()
    {
        var catalog = new PipelineCatalog(DefaultPipelines.All);
        var reader = new BacklogBatchReader(
            catalog, new(catalog, TestKeys.None), TestKeys.NoVault, new(NullLogger<UnusableRecords>.Instance), TimeProvider.System);
        string[] types =
        [
            nameof(FeedbackReceived), nameof(FeedbackWithdrawn), nameof(TrainingRequested), nameof(PromotionRequested),
            nameof(RollbackRequested), nameof(PinRequested), "Nothing",
        ];
        string[] models =
        [
            nameof(ModelTrained), nameof(ModelPromoted), nameof(ModelRolledBack), nameof(PinChanged), nameof(RolloutChanged),
            nameof(TrainingReported), nameof(ModelRequestRefused),
        ];
        Fuzzer.Run("events", input =>
        {
            var records = types.Select(type => Record(input, type)).ToList();
            var batch = reader.Read(new(1, records));
            Assert.Equal(
                records.Count, batch.Feedback.Count + batch.Withdrawals.Count + batch.Requests.Count + batch.Unusable.Count);
            var history = models.Select(type => ModelHistory.ReadEvent(Record(input, type))).OfType<object>().ToList();
            ModelHistory.Of(history);
            ModelTarget.FromEvent(ModelHistory.ReadEvent(Record(input, nameof(ModelPromoted))));
        }, []);
    }

    [Fact]
    public async Task Any_position_in_feedback_is_resolved_or_excluded()
    {
        await using var bench = await TrainingBench.CreateAsync(DefaultPipelines.FinancialNews);
        await bench.AppendAsync([new TextReceived { Id = "a-1", Text = "Oil falls", OccurredAt = Now }], Topics.Texts("financial-news"));
        var resolver = new FeedbackTextResolver(
            bench.Log,
            bench.Pipelines,
            new(bench.Pipelines, TestKeys.None),
            bench.Vault,
            StreamBert.Tests.Streaming.Schemas.TestSchemas.None);
        Fuzzer.Run(
            "events",
            input => resolver.ResolveAsync(new(Wire.Deserialize<FeedbackReceived>(input)), CancellationToken.None).GetAwaiter().GetResult(),
            [typeof(JsonException)]);
    }

    [Fact]
    public void Any_record_of_a_producer_is_a_text_or_rejected_with_a_reason() => Fuzzer.Run("texts", static input =>
    {
        foreach (var pipeline in Pipelines)
        {
            foreach (var type in (string[])["", nameof(TextReceived)])
            {
                var (text, rejection) = RecordParser.Parse(Record(input, type), pipeline, new());
                Assert.True(text is null != rejection is null);
                if (text is not null) Wire.Deserialize<TextReceived>(Wire.Serialize(text));
            }
        }
    }, []);

    [Fact]
    public void Any_header_bytes_decode_without_an_exception() =>
        Fuzzer.Run("headers", static input => HeaderCodec.Encode(HeaderCodec.Decode(input).Headers), []);

    [Fact]
    public void Any_monitor_checkpoint_is_restored_or_refused() => Fuzzer.Run("monitor-state", static input =>
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest)) zip.Write(input);
        using var session = new MonitorSession(
            new(DefaultPipelines.All),
            new(),
            MonitorStates.FromBytes(bytes.ToArray()),
            new(new(DefaultPipelines.All), TestKeys.None));
        session.EndPredictions();
        session.PendingRecords(Now);
    }, [typeof(InvalidDataException)], share: 0.25);

    [Fact]
    public void Bytes_that_are_not_a_checkpoint_are_refused()
        => Fuzzer.Run("monitor-state-bytes", static input => MonitorStates.FromBytes(input), [typeof(InvalidDataException)], share: 0.25);

    private static (string, Action<byte[]>) Event<T>()
        => (typeof(T).Name, static input => Wire.Deserialize<T>(Wire.Serialize(Wire.Deserialize<T>(input))));

    private static LogRecord Record(byte[] value, string type, long offset = 0) => new(
        new(Topics.Texts("financial-news"), 0, offset), null, value, type.Length == 0
            ? new()
            : new Dictionary<string, byte[]> { [RecordHeaders.Type] = Encoding.UTF8.GetBytes(type) }, Now);
}
