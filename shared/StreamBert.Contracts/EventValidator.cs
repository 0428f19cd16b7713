namespace StreamBert.Contracts;

/// <summary>
/// What an event must hold beside its types, so that no reader runs into numbers, times or names that no service writes. The JSON of a
/// stranger, or a damaged one, may say anything.
/// </summary>
public static class EventValidator
{
    /// <summary>
    /// How far an event's times may lie after its receipt by the log: clocks differ, and event times are limited to the receipt of their
    /// text.
    /// </summary>
    public static readonly TimeSpan LongestAhead = TimeSpan.FromDays(2);

    /// <summary>Windows beyond could not be added up.</summary>
    private const int LastYear = 9990;

    /// <summary>Offsets of one step; a worker reads and commits far fewer.</summary>
    private const int MaxStepOffsets = 1_000_000;

    private const double MaxMilliseconds = 1e12;
    private const int LongestTopic = 249;

    /// <param name="receivedAt">When the log received it; null where that is not known.</param>
    /// <returns>Null if every rule holds; else what is wrong, without the event's texts.</returns>
    public static string? Validate(object read, DateTimeOffset? receivedAt)
    {
        var latest = Latest(receivedAt);
        return read switch
        {
            TextClassified prediction => Of(prediction, latest),
            InputProgress progress => Of(progress, latest),
            DeadLettered letter => Origin(letter.Origin)
                ?? Code(letter.Reason, "reason") ?? Time(letter.FailedAt, latest, "time of failure"),
            TrendUpdated trend => Of(trend, latest),
            EventTimeUpdated time => Of(time, latest),
            AlertRaised alert => Of(alert, latest),
            AlertResolved end => Names(end.Id, end.Fingerprint) ?? Time(end.ResolvedAt, latest, "time"),
            FeedbackReceived feedback => Of(feedback, latest),
            TrainingRequested asked => Names(asked.Model) ?? Time(asked.OccurredAt, latest, "time"),
            RollbackRequested asked => Names(asked.Model) ?? Time(asked.OccurredAt, latest, "time"),
            ModelTrained trained => Names(trained.Model, trained.Version)
                ?? Counts(trained.FeedbackCount, trained.ReplayCount) ?? Time(trained.TrainedAt, latest, "time"),
            ModelPromoted promoted => Names(promoted.Model, promoted.Version, promoted.Directory)
                ?? Time(promoted.PromotedAt, latest, "time"),
            ModelRolledBack back => Names(back.Model, back.From, back.To, back.Directory) ?? Time(back.RolledBackAt, latest, "time"),
            ModelRefused refused => Names(refused.Model, refused.Version, refused.AlertId) ?? Time(refused.RefusedAt, latest, "time"),
            ModelRepaired repaired => Names(repaired.Model, repaired.Version) ?? Time(repaired.RepairedAt, latest, "time"),
            TokenizationRequested asked => Names(asked.Id),
            TokenizationCompleted answer => Names(answer.Id) ?? Spans(answer.Tokens?.Select(static token => (token.Start, token.End))),
            AuditEntry entry => Names(entry.Action) ?? Time(entry.At, latest, "time"),
            HealthReported report => Names(report.Service, report.Instance) ?? Time(report.At, latest, "time"),
            _ => null,
        };
    }

    private static DateTimeOffset Latest(DateTimeOffset? receivedAt)
        => receivedAt is { Year: < LastYear } received ? received + LongestAhead : new(LastYear, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static string? Of(TextClassified prediction, DateTimeOffset latest)
    {
        if (Names(prediction.Id, prediction.Pipeline, prediction.ModelVersion) is { } name)
            return name;
        if (prediction.Heads.Values.Any(static answer => !IsShare(answer.Confidence)) || prediction.Heads.Keys.Any(string.IsNullOrEmpty))
            return "a head without a name or with a confidence outside 0 to 1";
        if (prediction.Entities?.Any(static entity => !IsShare(entity.Confidence) || entity.Type.Length == 0) == true)
            return "an entity without a type or with a confidence outside 0 to 1";
        return Spans(prediction.Entities?.Select(static entity => (entity.Start, entity.End)))
            ?? Spans(
                prediction.Explanations?.SelectMany(static explanation => explanation.Words).Select(static word => (word.Start, word.End)))
            ?? Of(prediction.Timings) ?? Counts(prediction.Tokens) ?? Origin(prediction.Origin)
            ?? Time(prediction.OccurredAt, latest, "event time") ?? Time(prediction.ClassifiedAt, latest, "time of classification");
    }

    private static string? Of(StageTimings timings) =>
        timings is { WaitMs: >= 0 and <= MaxMilliseconds, ModelMs: >= 0 and <= MaxMilliseconds, BatchSize: >= 0 }
            ? null
            : "timings that cannot be";

    private static string? Of(InputProgress progress, DateTimeOffset latest)
    {
        if (progress.At.Year < 1970)
            return "a time of report that cannot be";
        if (progress.Partitions.Any(IsFaulty) || progress.Ends?.Values.SelectMany(static ends => ends).Any(static end => end < 0) == true
            || progress.Partitions
                .Sum(static part => (decimal)part.Predictions.Sum(static range => (decimal)range.To - range.From)) > MaxStepOffsets)
        {
            return $"offsets that are negative, in no order or more than {MaxStepOffsets}";
        }

        if (progress.Delay < TimeSpan.Zero)
            return "a delay below zero";
        return Time(progress.At, latest, "time of report")
            ?? progress.Partitions.Select(part => part.EventTime is { } time ? Time(time, latest, "event time") : null)
                .FirstOrDefault(static fault => fault is not null);
    }

    private static bool IsFaulty(PartitionProgress part) => part.Partition < 0 || part.From < 0 || part.Next < part.From
        || part.Predictions.Any(range => range.From < part.From || range.To > part.Next || range.To <= range.From);

    private static string? Of(TrendUpdated trend, DateTimeOffset latest) =>
        Of(trend.Series) ?? Of(trend.Window, latest) ?? Counts([trend.Count, trend.Late, trend.Revision, .. trend.Labels.Values])
        ?? (IsShare(trend.MeanConfidence) ? null : "a mean confidence outside 0 to 1");

    private static string? Of(EventTimeUpdated time, DateTimeOffset latest) => Names(time.Pipeline)
        ?? Counts([time.Texts, time.Late, time.TooLate, time.Untracked, .. time.ClockSkew.Values]) ?? (time.Watermark is { } watermark
            ? Time(watermark, latest, "watermark")
            : null);

    private static string? Of(AlertRaised alert, DateTimeOffset latest)
    {
        if ((Names(alert.Id, alert.Fingerprint) ?? Code(alert.Kind, "kind") ?? Code(alert.Severity, "severity")) is { } name)
            return name;
        if ((alert.Kind == AlertKinds.Fairness && alert.Fairness is null)
            || (alert.Kind is AlertKinds.LabelDrift or AlertKinds.ConfidenceDrift && alert.Drift is null))
        {
            return "no evidence of its kind";
        }

        return Of(alert.Series) ?? Of(alert.Window, latest) ?? Counts(alert.Count) ?? Time(alert.RaisedAt, latest, "time");
    }

    private static string? Of(FeedbackReceived feedback, DateTimeOffset latest) =>
        Names(feedback.Id, feedback.Pipeline, feedback.Head, feedback.Label)
            ?? Time(feedback.OccurredAt, latest, "time") ?? (feedback.Origin is { } origin ? Origin(origin) : null);

    private static string? Of(SeriesKey series) => Names(series.Pipeline, series.Head)
        ?? (series.Segment == SeriesKey.All || series.Segment.Contains('=', StringComparison.Ordinal) ? null : "a segment that is not one");

    private static string? Of(TimeWindow window, DateTimeOffset latest)
        => window.Start < window.End ? Time(window.End, latest, "end of a window") : "a window that ends before it begins";

    private static string? Origin(RecordPosition origin) =>
        origin is { Topic.Length: > 0 and <= LongestTopic, Partition: >= 0, Offset: >= 0 } ? null : "an origin that is no place in the log";

    private static string? Time(DateTimeOffset time, DateTimeOffset latest, string what) =>
        time <= latest ? null : $"a {what} more than {LongestAhead.TotalDays:0} days after its receipt";

    private static string? Names(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (name.Length == 0) return "a required name is empty";
        return null;
    }

    private static string? Code(string code, string what) =>
        DeadLetterReasons.IsCode(code) ? null : $"a {what} that is none";

    private static string? Counts(params ReadOnlySpan<long> counts)
    {
        foreach (var count in counts)
            if (count < 0) return "a count below zero";
        return null;
    }

    private static string? Spans(IEnumerable<(int Start, int End)>? spans) =>
        spans?.Any(static span => span.Start < 0 || span.End < span.Start) == true ? "a place in a text that ends before it begins" : null;

    private static bool IsShare(double value) => value is >= 0 and <= 1;
}
