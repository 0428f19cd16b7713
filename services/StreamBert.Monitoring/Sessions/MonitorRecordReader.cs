using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Sessions;

/// <summary>Reads the records of the monitor, and checks the offsets that they name against the ends of the input partitions.</summary>
/// <param name="catalog">The pipelines.</param>
/// <param name="log">The log with the input partitions; null if offsets are not checked.</param>
/// <param name="time">Bounds the event times of records whose receipt time is unknown; null if they are not bounded.</param>
internal sealed class MonitorRecordReader(PipelineCatalog catalog, IEventLog? log = null, TimeProvider? time = null)
{
    private readonly PredictionParser _parser = new();
    private readonly LogBounds? _bounds = log is null ? null : new(log);

    /// <summary>Reads records, and rejects those that name offsets beyond the ends of the input partitions.</summary>
    public async Task<IReadOnlyList<MonitorRecord>> ReadAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var read = Read(records);
        if (_bounds is not { } bounds)
            return read;
        await bounds.RefreshAsync(read.SelectMany(PositionsIn).Where(position => IsInput(position.Topic)), cancellation);
        return [.. read.Select(record => CheckBounds(record, bounds))];
    }

    /// <summary>Reads records without checking the offsets that they name.</summary>
    public IReadOnlyList<MonitorRecord> Read(IReadOnlyList<LogRecord> records) =>
        [.. records.Select(Read)];

    private MonitorRecord Read(LogRecord record) => record.Position.Topic switch
    {
        Topics.Progress => ReadProgress(record),
        Topics.Rules => ReadRules(record),
        Topics.Feedback => ReadFeedback(record),
        Topics.Models => ReadModel(record),
        _ => ReadPrediction(record),
    };

    /// <summary>
    /// Reads feedback and its withdrawals. Other records of the topic are for Training, which also reports the unusable ones; the monitor
    /// ignores both.
    /// </summary>
    private static MonitorRecord ReadFeedback(LogRecord record) => EventRecord.TypeOf(record) switch
    {
        null or nameof(FeedbackReceived) when EventReader.Read<FeedbackReceived>(record, out var feedback) is null =>
            new MonitorRecord.LabelRecord(record, feedback),
        nameof(FeedbackWithdrawn) when EventReader.Read<FeedbackWithdrawn>(record, out var withdrawal) is null =>
            new MonitorRecord.WithdrawalRecord(record, withdrawal),
        _ => new MonitorRecord.ForeignRecord(record),
    };

    /// <summary>Reads a change of rules; one that does not fit its pipeline, as after a change of the configuration, is unusable.</summary>
    private MonitorRecord ReadRules(LogRecord record)
    {
        if (EventReader.Read<RulesChanged>(record, out var change) is { } fault)
            return new MonitorRecord.InvalidRecord(record, fault);
        if (catalog.Find(change.Pipeline) is not { } pipeline)
            return new MonitorRecord.InvalidRecord(record, RecordFault.InvalidEvent("rules of a pipeline that is not configured"));
        return change.Rules is { } rules && RulesValidation.Faults(pipeline, rules).ToList() is { Count: > 0 } faults
            ? new MonitorRecord.InvalidRecord(record, RecordFault.InvalidEvent($"rules that are invalid: {string.Join("; ", faults)}"))
            : new MonitorRecord.RulesRecord(record, change);
    }

    private MonitorRecord ReadPrediction(LogRecord record) =>
        record is { Damage: null, Value: { } value } && _parser.TryParse(value) is { } parsed
            && EventValidator.Validate(parsed, record.ReceivedAt ?? time?.GetUtcNow()) is null
        ? new MonitorRecord.PredictionRecord(record, parsed)
        : EventReader.Read<TextClassified>(record, out var prediction, time?.GetUtcNow()) is { } fault
            ? new MonitorRecord.InvalidRecord(record, fault, OriginOf(record))
            : new MonitorRecord.PredictionRecord(record, prediction);

    private MonitorRecord ReadProgress(LogRecord record)
    {
        if (EventReader.Read<InputProgress>(record, out var progress, time?.GetUtcNow()) is { } fault)
            return new MonitorRecord.InvalidRecord(record, fault);
        var ends = progress.Ends?.Where(ends => IsInput(ends.Key)).ToDictionary();
        return new MonitorRecord.ProgressRecord(record, progress with { Ends = ends });
    }

    /// <summary>Reads a profile; other records of models, and unusable ones, concern other services.</summary>
    private MonitorRecord ReadModel(LogRecord record) =>
        EventRecord.TypeOf(record) == nameof(ModelProfiled)
        && EventReader.Read<ModelProfiled>(record, out var profiled, time?.GetUtcNow()) is null
            ? new MonitorRecord.ProfileRecord(record, profiled)
            : new MonitorRecord.ForeignRecord(record);

    private bool IsInput(string topic) => catalog.ForTopic(topic) is not null || Topics.IsInteractive(topic);

    private static IEnumerable<RecordPosition> PositionsIn(MonitorRecord record) => record switch
    {
        MonitorRecord.PredictionRecord prediction => [prediction.Value.Origin],
        MonitorRecord.InvalidRecord { Origin: { } origin } => [origin],
        MonitorRecord.ProgressRecord { Value: var progress } =>
            progress.Partitions.Select(part => new RecordPosition(progress.Topic, part.Partition, part.Next - 1))
                .Concat(LastPositions(progress)),
        _ => [],
    };

    private static IEnumerable<RecordPosition> LastPositions(InputProgress progress) =>
        from topic in progress.Ends ?? new Dictionary<string, IReadOnlyList<long>>()
        from end in topic.Value.Index()
        select new RecordPosition(topic.Key, end.Index, end.Item - 1);

    private MonitorRecord CheckBounds(MonitorRecord record, LogBounds bounds) => record switch
    {
        MonitorRecord.PredictionRecord { Value.Origin: var origin } when IsInput(origin.Topic) && !bounds.MayContain(origin) =>
            new MonitorRecord.InvalidRecord(record.Record, RecordFault.InvalidEvent("a prediction of a text that the log does not hold")),
        MonitorRecord.InvalidRecord { Origin: { } origin } invalid when !IsInput(origin.Topic) || !bounds.MayContain(origin) =>
            invalid with { Origin = null },
        MonitorRecord.ProgressRecord { Value: var progress } when IsInput(progress.Topic) && !IsPossible(progress, bounds) =>
            new MonitorRecord.InvalidRecord(record.Record, RecordFault.InvalidEvent("progress beyond the end of its input")),
        _ => record,
    };

    private static bool IsPossible(InputProgress progress, LogBounds bounds) =>
        progress.Partitions.All(part => bounds.MayEndAt(progress.Topic, part.Partition, part.Next))
        && LastPositions(progress).All(last => bounds.MayEndAt(last.Topic, last.Partition, last.Offset + 1));

    /// <summary>Returns the text that an unusable prediction names, if the record is undamaged JSON.</summary>
    private static RecordPosition? OriginOf(LogRecord record)
    {
        try
        {
            return record is { Damage: null, Value: { } value }
                && JsonSerializer.Deserialize(value, PredictionOriginJson.Default.PredictionOrigin) is { Origin: { } origin }
                && origin is { Topic: not null, Partition: >= 0, Offset: >= 0 } ? origin : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The only field that is read from an unusable prediction.</summary>
internal sealed record PredictionOrigin(RecordPosition? Origin);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PredictionOrigin))]
internal sealed partial class PredictionOriginJson : JsonSerializerContext;
