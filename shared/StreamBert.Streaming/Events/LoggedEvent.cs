using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>Holds a record of an output topic and its event.</summary>
/// <param name="Record">The record.</param>
/// <param name="Event">The event; null if the record is invalid.</param>
public sealed record LoggedEvent(LogRecord Record, object? Event)
{
    /// <summary>The fault of an invalid record.</summary>
    public RecordFault? Fault { get; init; }

    /// <summary>
    /// Reads the event of a record by its topic if the topic has one type, else by its type header. Invalid bytes result in a null event,
    /// never an exception.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The upper bound of the event's times, if the log does not know when it received the record.</param>
    public static LoggedEvent Read(LogRecord record, DateTimeOffset? now)
    {
        var fault = Decode(record, now, out var read);
        return new(record, read) { Fault = fault };
    }

    /// <inheritdoc cref="Read(LogRecord, DateTimeOffset?)"/>
    public static LoggedEvent Read(LogRecord record) => Read(record, null);

    /// <summary>Returns this record without its event, which cannot be processed.</summary>
    public LoggedEvent Without(RecordFault fault) => this with { Event = null, Fault = fault };

    private static RecordFault? Decode(LogRecord record, DateTimeOffset? now, out object? read) => EventTypeOf(record) switch
    {
        nameof(TextClassified) => Read<TextClassified>(record, now, out read),
        nameof(DeadLettered) => Read<DeadLettered>(record, now, out read),
        nameof(TrendUpdated) => Read<TrendUpdated>(record, now, out read),
        nameof(EventTimeUpdated) => Read<EventTimeUpdated>(record, now, out read),
        nameof(FairnessReported) => Read<FairnessReported>(record, now, out read),
        nameof(AccuracyReported) => Read<AccuracyReported>(record, now, out read),
        nameof(DriftReported) => Read<DriftReported>(record, now, out read),
        nameof(LabellingOffered) => Read<LabellingOffered>(record, now, out read),
        nameof(AlertRaised) => Read<AlertRaised>(record, now, out read),
        nameof(AlertResolved) => Read<AlertResolved>(record, now, out read),
        nameof(SilenceCreated) => Read<SilenceCreated>(record, now, out read),
        nameof(SilenceExpired) => Read<SilenceExpired>(record, now, out read),
        nameof(AlertAcknowledged) => Read<AlertAcknowledged>(record, now, out read),
        nameof(NotificationRequested) => Read<NotificationRequested>(record, now, out read),
        nameof(NotificationReported) => Read<NotificationReported>(record, now, out read),
        nameof(ModelTrained) => Read<ModelTrained>(record, now, out read),
        nameof(ModelPromoted) => Read<ModelPromoted>(record, now, out read),
        nameof(ModelProfiled) => Read<ModelProfiled>(record, now, out read),
        nameof(ModelRolledBack) => Read<ModelRolledBack>(record, now, out read),
        nameof(ShadowReported) => Read<ShadowReported>(record, now, out read),
        nameof(RolloutChanged) => Read<RolloutChanged>(record, now, out read),
        nameof(RolloutProgressed) => Read<RolloutProgressed>(record, now, out read),
        nameof(ModelRefused) => Read<ModelRefused>(record, now, out read),
        nameof(ModelRepaired) => Read<ModelRepaired>(record, now, out read),
        nameof(PinChanged) => Read<PinChanged>(record, now, out read),
        nameof(ModelRequestRefused) => Read<ModelRequestRefused>(record, now, out read),
        nameof(TrainingReported) => Read<TrainingReported>(record, now, out read),
        nameof(TokenizationCompleted) => Read<TokenizationCompleted>(record, now, out read),
        nameof(RulesPreviewed) => Read<RulesPreviewed>(record, now, out read),
        _ => ReadNone(record, out read),
    };

    private static RecordFault? Read<T>(LogRecord record, DateTimeOffset? now, out object? read)
        where T : class
    {
        var fault = EventReader.Read<T>(record, out var value, now);
        read = value;
        return fault;
    }

    private static RecordFault ReadNone(LogRecord record, out object? read)
    {
        read = null;
        return RecordFault.OfDamage(record) ?? RecordFault.InvalidEvent("its type header names no event of this topic");
    }

    private static string? EventTypeOf(LogRecord record) => record.Position.Topic switch
    {
        Topics.Predictions => nameof(TextClassified),
        Topics.DeadLetter => nameof(DeadLettered),
        Topics.Trends => nameof(TrendUpdated),
        Topics.EventTime => nameof(EventTimeUpdated),
        Topics.Rules => nameof(RulesChanged),
        Topics.Annotators => nameof(AnnotatorExclusionChanged),
        Topics.Fairness => nameof(FairnessReported),
        Topics.Accuracy => nameof(AccuracyReported),
        Topics.Drift => nameof(DriftReported),
        Topics.LabellingSample => nameof(LabellingOffered),
        Topics.Shadow => nameof(ShadowReported),
        Topics.Tokens => nameof(TokenizationCompleted),
        Topics.RulesPreviews => nameof(RulesPreviewed),
        Topics.Alerts => OneOf(record, nameof(AlertRaised), nameof(AlertResolved)),
        Topics.AlertActions => OneOf(record, nameof(SilenceCreated), nameof(SilenceExpired), nameof(AlertAcknowledged)),
        Topics.Notifications => OneOf(record, nameof(NotificationRequested), nameof(NotificationReported)),
        Topics.Models => OneOf(
            record,
            nameof(ModelTrained),
            nameof(ModelPromoted),
            nameof(ModelProfiled),
            nameof(ModelRolledBack),
            nameof(RolloutChanged),
            nameof(RolloutProgressed),
            nameof(ModelRefused),
            nameof(ModelRepaired),
            nameof(PinChanged),
            nameof(ModelRequestRefused),
            nameof(TrainingReported)),
        _ => EventRecord.TypeOf(record),
    };

    private static string? OneOf(LogRecord record, params ReadOnlySpan<string> types)
        => EventRecord.TypeOf(record) is { } type && types.Contains(type) ? type : null;
}
