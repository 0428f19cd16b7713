using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>A record of an output topic with the event it holds; null if it holds none.</summary>
public sealed record LoggedEvent(LogRecord Record, object? Event)
{
    /// <summary>Why it holds none.</summary>
    public RecordFault? Fault { get; init; }

    /// <summary>
    /// Reads a record's event by its topic where that holds one type only, else by its type header. Foreign and damaged bytes give a null
    /// event, never a failure.
    /// </summary>
    /// <param name="now">See <see cref="EventReader.Read"/>.</param>
    public static LoggedEvent Read(LogRecord record, DateTimeOffset? now)
    {
        var fault = Decode(record, now, out var read);
        return new(record, read) { Fault = fault };
    }

    /// <inheritdoc cref="Read(LogRecord, DateTimeOffset?)"/>
    public static LoggedEvent Read(LogRecord record) => Read(record, null);

    /// <summary>The same record without its event, which cannot be processed.</summary>
    public LoggedEvent Without(RecordFault fault) => this with { Event = null, Fault = fault };

    private static RecordFault? Decode(LogRecord record, DateTimeOffset? now, out object? read) => EventType(record) switch
    {
        nameof(TextClassified) => Read<TextClassified>(record, now, out read),
        nameof(DeadLettered) => Read<DeadLettered>(record, now, out read),
        nameof(TrendUpdated) => Read<TrendUpdated>(record, now, out read),
        nameof(EventTimeUpdated) => Read<EventTimeUpdated>(record, now, out read),
        nameof(AlertRaised) => Read<AlertRaised>(record, now, out read),
        nameof(AlertResolved) => Read<AlertResolved>(record, now, out read),
        nameof(ModelTrained) => Read<ModelTrained>(record, now, out read),
        nameof(ModelPromoted) => Read<ModelPromoted>(record, now, out read),
        nameof(ModelRolledBack) => Read<ModelRolledBack>(record, now, out read),
        nameof(ModelRefused) => Read<ModelRefused>(record, now, out read),
        nameof(ModelRepaired) => Read<ModelRepaired>(record, now, out read),
        nameof(TokenizationCompleted) => Read<TokenizationCompleted>(record, now, out read),
        _ => None(record, out read),
    };

    private static RecordFault? Read<T>(LogRecord record, DateTimeOffset? now, out object? read)
        where T : class
    {
        var fault = EventReader.Read<T>(record, out var value, now);
        read = value;
        return fault;
    }

    private static RecordFault None(LogRecord record, out object? read)
    {
        read = null;
        return RecordFault.OfDamage(record) ?? RecordFault.InvalidEvent("its type header names no event of this topic");
    }

    private static string? EventType(LogRecord record) => record.Position.Topic switch
    {
        Topics.Predictions => nameof(TextClassified),
        Topics.DeadLetter => nameof(DeadLettered),
        Topics.Trends => nameof(TrendUpdated),
        Topics.EventTime => nameof(EventTimeUpdated),
        Topics.Tokens => nameof(TokenizationCompleted),
        Topics.Alerts => OneOf(record, nameof(AlertRaised), nameof(AlertResolved)),
        Topics.Models => OneOf(
            record,
            nameof(ModelTrained),
            nameof(ModelPromoted),
            nameof(ModelRolledBack),
            nameof(ModelRefused),
            nameof(ModelRepaired)),
        _ => EventRecord.TypeOf(record),
    };

    private static string? OneOf(LogRecord record, params ReadOnlySpan<string> types)
        => EventRecord.TypeOf(record) is { } type && types.Contains(type) ? type : null;
}
