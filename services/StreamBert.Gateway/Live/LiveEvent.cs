using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Layout;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Live;

/// <summary>The types of live event, as clients name them.</summary>
public static class LiveTypes
{
    public const string Prediction = "prediction";
    public const string Trend = "trend";
    public const string AlertRaised = "alert-raised";
    public const string AlertResolved = "alert-resolved";
    public const string ModelTrained = "model-trained";
    public const string ModelPromoted = "model-promoted";
    public const string ModelRolledBack = "model-rolled-back";
    public const string DeadLetter = "dead-letter";

    public static IReadOnlyList<string> All { get; } =
        [Prediction, Trend, AlertRaised, AlertResolved, ModelTrained, ModelPromoted, ModelRolledBack, DeadLetter];
}

/// <summary>Something that has just come into the log.</summary>
/// <param name="Id">Where it stands: <c>topic/partition/offset</c>.</param>
/// <param name="Type">One of <see cref="LiveTypes"/>.</param>
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
            TextClassified prediction => new(id, LiveTypes.Prediction, prediction.Pipeline, isLarge
                ? StateValues.Reduced(prediction, logged.Record.Bytes) with { Embedding = null }
                : prediction with { Embedding = null }),
            TrendUpdated trend => new(id, LiveTypes.Trend, trend.Series.Pipeline, trend),
            AlertRaised alert => new(id, LiveTypes.AlertRaised, alert.Series.Pipeline, isLarge ? StateValues.Reduced(alert) : alert),
            AlertResolved alert => new(id, LiveTypes.AlertResolved, alert.Series.Pipeline, alert),
            ModelTrained model => new(id, LiveTypes.ModelTrained, null, model),
            ModelPromoted model => new(id, LiveTypes.ModelPromoted, null, model),
            ModelRolledBack model => new(id, LiveTypes.ModelRolledBack, null, model),
            DeadLettered letter => new(id, LiveTypes.DeadLetter, letter.Pipeline, DeadLetterSummary.Of(position, letter)),
            _ => null,
        };
    }
}

/// <summary>What a subscriber wants. Null means: everything. Events of models belong to every pipeline.</summary>
public sealed record LiveFilter(string? Pipeline = null, IReadOnlySet<string>? Types = null)
{
    public bool Matches(LiveEvent live) =>
        (Pipeline is null || live.Pipeline is null || live.Pipeline == Pipeline) && (Types is null || Types.Contains(live.Type));
}
