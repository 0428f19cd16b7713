using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Worker;

/// <summary>A record as the monitor takes it: a prediction, progress, or what is wrong with it.</summary>
/// <param name="Origin">Of a prediction that cannot be used: the text it is of, where that can be told.</param>
public sealed record MonitorRecord(
    LogRecord Record,
    TextClassified? Prediction,
    InputProgress? Progress,
    RecordFault? Fault,
    RecordPosition? Origin = null);

/// <summary>Reads the monitor's records, and holds what they say of input partitions against where those end.</summary>
/// <param name="now">Bounds the times of events where the log does not know when it received them; null: nothing does.</param>
public sealed class MonitorReader(PipelineCatalog catalog, IEventLog? log = null, Func<DateTimeOffset>? now = null)
{
    private readonly LogBounds? _bounds = log is null ? null : new(log);

    public async Task<IReadOnlyList<MonitorRecord>> ReadAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var read = Read(records);
        if (_bounds is null)
            return read;
        await _bounds.RefreshAsync(read.SelectMany(Places).Where(place => IsInput(place.Topic)), cancellation);
        return [.. read.Select(Bounded)];
    }

    /// <summary>The records as they are, without a look at the log.</summary>
    public IReadOnlyList<MonitorRecord> Read(IReadOnlyList<LogRecord> records)
        => [.. records.Select(record => record.Position.Topic == Topics.Progress ? Progress(record) : Prediction(record))];

    private MonitorRecord Prediction(
        LogRecord record) => EventReader.Read<TextClassified>(record, out var prediction, now?.Invoke()) is { } fault
        ? new(record, null, null, fault, OriginOf(record)) : new(record, prediction, null, null);

    private MonitorRecord Progress(
        LogRecord record) => EventReader.Read<InputProgress>(record, out var progress, now?.Invoke()) is { } fault
        ? new(record, null, null, fault) : new(
            record,
            null,
            progress with { Ends = progress.Ends?.Where(ends => IsInput(ends.Key)).ToDictionary() },
            null);

    private bool IsInput(string topic) => catalog.ForTopic(topic) is not null || Topics.IsInteractive(topic);

    private static IEnumerable<RecordPosition> Places(MonitorRecord read) => read switch
    {
        { Prediction: { } prediction } => [prediction.Origin],
        { Origin: { } origin } => [origin],
        { Progress: { } progress } => [.. progress.Partitions
            .Select(part => new RecordPosition(progress.Topic, part.Partition, part.Next - 1)), .. Ends(progress)],
        _ => [],
    };

    private static IEnumerable<RecordPosition> Ends(InputProgress progress) =>
        from topic in progress.Ends ?? new Dictionary<string, IReadOnlyList<long>>()
        from end in topic.Value.Index()
        select new RecordPosition(topic.Key, end.Index, end.Item - 1);

    private MonitorRecord Bounded(MonitorRecord read) => read switch
    {
        { Prediction: { } prediction } when IsInput(prediction.Origin.Topic) && !_bounds!.MayContain(prediction.Origin) =>
            read with { Prediction = null, Fault = RecordFault.InvalidEvent("a prediction of a text that the log does not hold") },
        { Origin: { } origin } when !IsInput(origin.Topic) || !_bounds!.MayContain(origin) => read with { Origin = null },
        { Progress: { } progress } when IsInput(progress.Topic) && !IsPossible(progress) =>
            read with { Progress = null, Fault = RecordFault.InvalidEvent("progress beyond the end of its input") },
        _ => read,
    };

    private bool IsPossible(InputProgress progress) =>
        progress.Partitions.All(part => _bounds!.MayEndAt(progress.Topic, part.Partition, part.Next))
        && Ends(progress).All(end => _bounds!.MayEndAt(end.Topic, end.Partition, end.Offset + 1));

    /// <summary>What an intact record that is JSON says of its text, whatever else is wrong with it.</summary>
    private static RecordPosition? OriginOf(LogRecord record)
    {
        try
        {
            return record is { Damage: null, Value: { } value } ? JsonSerializer.Deserialize(value, OriginContext.Default.OriginOnly)?
                .Origin is { Topic: not null, Partition: >= 0, Offset: >= 0 } origin ? origin : null : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>All that is read of a prediction that cannot be used.</summary>
internal sealed record OriginOnly(RecordPosition? Origin);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OriginOnly))]
internal sealed partial class OriginContext : JsonSerializerContext;
