using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Live;

/// <summary>Describes an event that was appended to the log.</summary>
/// <param name="Id">The position, <c>topic/partition/offset</c>.</param>
/// <param name="Type">One of <see cref="LiveEventTypes"/>.</param>
/// <param name="Pipeline">The pipeline; null for events of models and of what people do about alerts.</param>
/// <param name="Payload">The event: a prediction without its embedding, a <see cref="DeadLetterSummary"/> for a dead letter.</param>
public sealed record LiveEvent(string Id, string Type, string? Pipeline, object Payload)
{
    /// <summary>The record size above which an event is sent without texts and attributes.</summary>
    private const int MaxBytes = 256 * 1024;

    /// <summary>The memory of an event besides its record, and for each byte of its record; decoded characters take two bytes.</summary>
    private const int Overhead = 512;
    private const int MemoryPerByte = 3;

    /// <summary>The estimated memory in bytes while the event is queued.</summary>
    public long Bytes { get; private init; }

    /// <summary>Creates the live event of a record; null for records that nobody follows live.</summary>
    public static LiveEvent? From(LoggedEvent logged)
    {
        var memory = Overhead + MemoryPerByte * (long)Math.Min(logged.Record.Bytes, MaxBytes);
        return Create(logged, $"{logged.Record.Position}") is { } live ? live with { Bytes = memory } : null;
    }

    private static LiveEvent? Create(LoggedEvent logged, string id)
    {
        var isLarge = logged.Record.Bytes > MaxBytes;
        return logged.Event switch
        {
            TextClassified prediction => new(id, LiveEventTypes.Prediction, prediction.Pipeline, Reduce(prediction, logged.Record.Bytes)),
            TrendUpdated trend => new(id, LiveEventTypes.Trend, trend.Series.Pipeline, trend),
            AlertRaised alert => new(id, LiveEventTypes.AlertRaised, alert.Series.Pipeline, isLarge ? StateValues.Reduce(alert) : alert),
            AlertResolved alert => new(id, LiveEventTypes.AlertResolved, alert.Series.Pipeline, alert),
            SilenceCreated silence => new(id, LiveEventTypes.SilenceCreated, null, silence),
            SilenceExpired expired => new(id, LiveEventTypes.SilenceExpired, null, expired),
            AlertAcknowledged taken => new(id, LiveEventTypes.AlertAcknowledged, null, taken),
            NotificationRequested message => new(id, LiveEventTypes.NotificationRequested, null, message),
            NotificationReported report => new(id, LiveEventTypes.NotificationReported, null, report),
            ModelTrained model => new(id, LiveEventTypes.ModelTrained, null, model),
            ModelPromoted model => new(id, LiveEventTypes.ModelPromoted, null, model),
            ModelRolledBack model => new(id, LiveEventTypes.ModelRolledBack, null, model),
            RolloutChanged rollout => new(id, LiveEventTypes.RolloutChanged, null, rollout),
            RolloutProgressed progress => new(id, LiveEventTypes.RolloutProgressed, null, progress),
            PinChanged pin => new(id, LiveEventTypes.PinChanged, null, pin),
            TrainingReported report => new(id, LiveEventTypes.TrainingReported, null, report),
            DeadLettered letter => new(id, LiveEventTypes.DeadLetter, letter.Pipeline,
                DeadLetterSummary.Of(logged.Record.Position, letter)),
            _ => null,
        };
    }

    private static TextClassified Reduce(TextClassified prediction, int bytes) =>
        (bytes > MaxBytes ? StateValues.Reduce(prediction, bytes) : prediction) with { Embedding = null };
}
