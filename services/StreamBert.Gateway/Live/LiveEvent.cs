using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Live;

/// <summary>Something that has just come into the log.</summary>
/// <param name="Id">Where it stands: <c>topic/partition/offset</c>.</param>
/// <param name="Type">One of <see cref="LiveEventTypes"/>.</param>
/// <param name="Pipeline">Null for events of models.</param>
/// <param name="Payload">The event of <c>Contracts</c>, a prediction without its embedding; for a dead letter its <see
/// cref="DeadLetterSummary"/>.</param>
public sealed record LiveEvent(string Id, string Type, string? Pipeline, object Payload)
{
    /// <summary>A larger event is shown without texts and attributes.</summary>
    private const int MaxBytes = 256 * 1024;

    /// <summary>
    /// Memory that an event takes besides what its record holds, and for each byte of that: decoded, texts have two bytes a character.
    /// </summary>
    private const int Overhead = 512;
    private const int PerByte = 3;

    /// <summary>Memory that it takes while it waits, about.</summary>
    public long Bytes { get; private init; }

    /// <summary>Null if the record holds no event that anybody shows.</summary>
    public static LiveEvent? From(LoggedEvent logged)
    {
        var position = logged.Record.Position;
        var id = $"{position}";
        return Event(logged, id) is { } live
            ? live with { Bytes = Overhead + PerByte * (long)Math.Min(logged.Record.Bytes, MaxBytes) }
            : null;
    }

    private static LiveEvent? Event(LoggedEvent logged, string id)
    {
        var (position, isLarge) = (logged.Record.Position, logged.Record.Bytes > MaxBytes);
        return logged.Event switch
        {
            TextClassified prediction => new(id, LiveEventTypes.Prediction, prediction.Pipeline, isLarge
                ? StateValues.Reduce(prediction, logged.Record.Bytes) with { Embedding = null }
                : prediction with { Embedding = null }),
            TrendUpdated trend => new(id, LiveEventTypes.Trend, trend.Series.Pipeline, trend),
            AlertRaised alert => new(id, LiveEventTypes.AlertRaised, alert.Series.Pipeline, isLarge ? StateValues.Reduce(alert) : alert),
            AlertResolved alert => new(id, LiveEventTypes.AlertResolved, alert.Series.Pipeline, alert),
            ModelTrained model => new(id, LiveEventTypes.ModelTrained, null, model),
            ModelPromoted model => new(id, LiveEventTypes.ModelPromoted, null, model),
            ModelRolledBack model => new(id, LiveEventTypes.ModelRolledBack, null, model),
            DeadLettered letter => new(id, LiveEventTypes.DeadLetter, letter.Pipeline, DeadLetterSummary.Of(position, letter)),
            _ => null,
        };
    }
}
