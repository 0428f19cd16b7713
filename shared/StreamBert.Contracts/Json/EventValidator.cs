namespace StreamBert.Contracts;

/// <summary>
/// Validates events beyond their types, so that no reader has to handle numbers, times or names that no service writes. The JSON of another
/// producer, or a damaged one, may contain anything.
/// </summary>
public static class EventValidator
{
    /// <summary>The tolerance of an event's times after its receipt by the log, for clocks that differ.</summary>
    public static readonly TimeSpan MaxTimeAhead = TimeSpan.FromDays(2);

    /// <summary>Windows after this year could overflow.</summary>
    private const int LastYear = 9990;

    private static readonly TimeSpan MaxPreviewPeriod = TimeSpan.FromDays(3650);

    /// <summary>The limit of offsets in one step; a worker commits far fewer.</summary>
    private const int MaxStepOffsets = 1_000_000;

    private const double MaxMilliseconds = 1e12;
    private const int MaxTopicLength = 249;

    /// <summary>Returns the first violated rule, without quoting the event, or null if the event is valid.</summary>
    /// <param name="value">The event.</param>
    /// <param name="receivedAt">When the log received it; null if unknown.</param>
    public static string? Validate(object value, DateTimeOffset? receivedAt)
    {
        var latest = LatestTime(receivedAt);
        return value switch
        {
            TextClassified prediction => Check(prediction, latest),
            InputProgress progress => Check(progress, latest),
            DeadLettered letter => CheckOrigin(letter.Origin)
                ?? CheckCode(letter.Reason, "reason") ?? CheckTime(letter.FailedAt, latest, "time of failure"),
            TrendUpdated trend => Check(trend, latest),
            EventTimeUpdated time => Check(time, latest),
            FairnessReported fairness => Check(fairness, latest),
            AccuracyReported accuracy => Check(accuracy, latest),
            DriftReported drift => Check(drift, latest),
            LabellingOffered offered => Check(offered, latest),
            AlertRaised alert => Check(alert, latest),
            AlertResolved end => CheckNames(end.Id, end.Fingerprint) ?? CheckTime(end.ResolvedAt, latest, "time"),
            SilenceCreated silence => CheckNames(silence.Id) ?? CheckMatchers(silence.Matchers)
                ?? CheckTime(silence.CreatedAt, latest, "time"),
            SilenceExpired expired => CheckNames(expired.Id) ?? CheckTime(expired.ExpiredAt, latest, "time"),
            AlertAcknowledged taken => CheckNames(taken.AlertId) ?? CheckTime(taken.AcknowledgedAt, latest, "time"),
            NotificationRequested message => Check(message, latest),
            NotificationReported report => CheckNames(report.Id, report.Receiver) ?? CheckCode(report.State, "state")
                ?? CheckTime(report.ReportedAt, latest, "time"),
            FeedbackReceived feedback => Check(feedback, latest),
            FeedbackWithdrawn withdrawal => CheckNames(withdrawal.Id, withdrawal.Pipeline, withdrawal.Head)
                ?? CheckTime(withdrawal.OccurredAt, latest, "time"),
            AnnotatorExclusionChanged change => CheckNames(change.Annotator) ?? CheckTime(change.ChangedAt, latest, "time"),
            TokenizationRequested asked => CheckNames(asked.Id),
            RulesPreviewRequested asked => CheckNames(asked.Id, asked.Pipeline) ?? CheckTime(asked.Deadline, latest, "deadline")
                ?? (asked.Period > TimeSpan.Zero && asked.Period <= MaxPreviewPeriod ? null : "a period that is not within 10 years"),
            RulesPreviewed answer => CheckNames(answer.Id),
            TokenizationCompleted answer => CheckNames(answer.Id)
                ?? CheckSpans(answer.Tokens?.Select(static token => (token.Start, token.End))),
            AuditEntry entry => CheckNames(entry.Action) ?? CheckTime(entry.At, latest, "time"),
            HealthReported report => CheckNames(report.Service, report.Instance) ?? CheckTime(report.At, latest, "time"),
            _ => CheckModelEvent(value, latest),
        };
    }

    private static string? CheckModelEvent(object value, DateTimeOffset latest) => value switch
    {
        IModelRequest asked => CheckNames(asked.Model, (asked as PromotionRequested)?.Version ?? asked.Model)
            ?? CheckTime(asked.OccurredAt, latest, "time"),
        PinChanged pin => CheckNames(pin.Model, pin.Version) ?? CheckTime(pin.ChangedAt, latest, "time"),
        ModelRequestRefused refused => CheckNames(refused.Model) ?? CheckCode(refused.Reason, "reason")
            ?? CheckOrigin(refused.Request) ?? CheckTime(refused.RefusedAt, latest, "time"),
        TrainingReported report => CheckNames(report.Model) ?? CheckCode(report.State, "state")
            ?? CheckCounts([.. report.FeedbackEnds ?? []]) ?? CheckTime(report.OccurredAt, latest, "time"),
        ModelTrained trained => CheckNames(trained.Model, trained.Version)
            ?? CheckCounts(trained.FeedbackCount, trained.ReplayCount, trained.AnchorCount) ?? CheckTime(trained.TrainedAt, latest, "time"),
        ModelPromoted promoted => CheckNames(promoted.Model, promoted.Version, promoted.Directory)
            ?? CheckTime(promoted.PromotedAt, latest, "time"),
        ModelProfiled profiled => CheckNames(profiled.Model, profiled.Version) ?? CheckProfile(profiled.Profile)
            ?? CheckTime(profiled.PublishedAt, latest, "time"),
        ModelRolledBack back => CheckNames(back.Model, back.From, back.To, back.Directory)
            ?? CheckTime(back.RolledBackAt, latest, "time"),
        RolloutChanged rollout => CheckNames(rollout.Model, rollout.Version, rollout.Champion, rollout.Directory)
            ?? CheckCode(rollout.Stage, "stage") ?? (IsShare(rollout.Share) ? null : "a share outside 0 to 1")
            ?? CheckCounts([.. rollout.PredictionEnds, .. rollout.FeedbackEnds]) ?? CheckTime(rollout.ChangedAt, latest, "time"),
        RolloutProgressed progress => Check(progress, latest),
        ShadowReported report => Check(report, latest),
        ModelRefused refused => CheckNames(refused.Model, refused.Version, refused.AlertId)
            ?? CheckTime(refused.RefusedAt, latest, "time"),
        ModelRepaired repaired => CheckNames(repaired.Model, repaired.Version) ?? CheckTime(repaired.RepairedAt, latest, "time"),
        _ => null,
    };

    private static string? CheckMatchers(IReadOnlyList<string> matchers) =>
        matchers.Count == 0 ? "no matchers"
            : matchers.Any(static text => AlertMatcher.TryParse(text, out _) is not null) ? "an invalid matcher" : null;

    private static string? Check(NotificationRequested message, DateTimeOffset latest) =>
        CheckNames(message.Id, message.Receiver, message.Group, message.Incident) ?? CheckCode(message.Cause, "cause")
        ?? (message.Alerts.Count > 0 ? null : "no alerts")
        ?? CheckNames([.. message.Alerts.SelectMany(static alert => (string[])[alert.Id, alert.Fingerprint, alert.Kind])])
        ?? CheckTime(message.RequestedAt, latest, "time");

    private static string? Check(RolloutProgressed progress, DateTimeOffset latest) =>
        CheckNames(progress.Model, progress.Version, progress.Champion) ?? CheckCode(progress.Stage, "stage")
        ?? CheckCounts(
            [
                progress.Texts, progress.Failures, progress.ChampionTexts, progress.MinimumTexts,
                .. progress.Heads.SelectMany(static head => head.Champion.Values.Concat(head.Candidate.Values).Append(head.Agreed ?? 0)),
            ])
        ?? CheckTime(progress.ReportedAt, latest, "time");

    private static string? Check(ShadowReported report, DateTimeOffset latest) =>
        CheckNames(report.Model, report.Version, report.Champion)
        ?? CheckCounts(
            [
                report.Texts, report.Failures, report.Dropped,
                .. report.Heads.SelectMany(static head => head.Champion.Values.Concat(head.Candidate.Values).Append(head.Agreed)),
            ])
        ?? CheckTime(report.ReportedAt, latest, "time");

    private static DateTimeOffset LatestTime(DateTimeOffset? receivedAt)
        => receivedAt is { Year: < LastYear } received ? received + MaxTimeAhead : new(LastYear, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static string? Check(TextClassified prediction, DateTimeOffset latest)
    {
        if (CheckNames(prediction.Id, prediction.Pipeline, prediction.ModelVersion) is { } name)
            return name;
        foreach (var (head, answer) in prediction.Heads)
        {
            if (head.Length == 0 || !IsShare(answer.Confidence) || !IsShare(answer.OutOfDistribution ?? 0))
                return "a head without a name or with a confidence or an out-of-distribution score outside 0 to 1";
        }
        if (prediction.Entities?.Any(static entity => !IsShare(entity.Confidence) || entity.Type.Length == 0) == true)
            return "an entity without a type or with a confidence outside 0 to 1";
        if (prediction.ForeignLanguage is { } language && !IsLanguage(language))
            return "a foreign language that is not an ISO 639 code";
        return CheckSpans(prediction.Entities?.Select(static entity => (entity.Start, entity.End)))
            ?? CheckSpans(
                prediction.Explanations?.SelectMany(static explanation => explanation.Words).Select(static word => (word.Start, word.End)))
            ?? Check(prediction.Timings) ?? CheckCounts(prediction.Tokens) ?? CheckOrigin(prediction.Origin)
            ?? CheckTime(prediction.OccurredAt, latest, "event time")
                ?? CheckTime(prediction.ClassifiedAt, latest, "time of classification");
    }

    private static string? Check(StageTimings timings) =>
        timings is { WaitMs: >= 0 and <= MaxMilliseconds, ModelMs: >= 0 and <= MaxMilliseconds, BatchSize: >= 0 }
            ? null
            : "invalid timings";

    private static string? Check(InputProgress progress, DateTimeOffset latest)
    {
        if (progress.At.Year < 1970)
            return "an invalid time of report";
        if (progress.Partitions.Any(IsFaulty) || progress.Ends?.Values.SelectMany(static ends => ends).Any(static end => end < 0) == true
            || progress.Partitions
                .Sum(static part => (decimal)part.Predictions.Sum(static range => (decimal)range.To - range.From)) > MaxStepOffsets)
        {
            return $"offsets that are negative, out of order or more than {MaxStepOffsets}";
        }

        if (progress.Delay < TimeSpan.Zero)
            return "a negative delay";
        return CheckTime(progress.At, latest, "time of report")
            ?? progress.Partitions.Select(part => part.EventTime is { } time ? CheckTime(time, latest, "event time") : null)
                .FirstOrDefault(static fault => fault is not null);
    }

    private static bool IsFaulty(PartitionProgress part) => part.Partition < 0 || part.From < 0 || part.Next < part.From
        || part.Predictions.Any(range => range.From < part.From || range.To > part.Next || range.To <= range.From);

    private static string? Check(TrendUpdated trend, DateTimeOffset latest) =>
        Check(trend.Series) ?? Check(trend.Window, latest) ?? CheckCounts([trend.Count, trend.Late, trend.Revision, .. trend.Labels.Values])
        ?? (IsShare(trend.MeanConfidence) ? null : "a mean confidence outside 0 to 1");

    private static string? Check(EventTimeUpdated time, DateTimeOffset latest) => CheckNames(time.Pipeline)
        ?? CheckCounts(
            [time.Texts, time.Late, time.TooLate, time.Untracked, .. time.ClockSkew.Values, .. time.ForeignLanguages.Values])
        ?? (time.Watermark is { } watermark
            ? CheckTime(watermark, latest, "watermark")
            : null);

    private static string? Check(FairnessReported fairness, DateTimeOffset latest) =>
        CheckNames(fairness.Pipeline, fairness.Rule, fairness.Attribute, fairness.Head, fairness.Label)
        ?? CheckCode(fairness.State, "state") ?? Check(fairness.Window, latest)
        ?? CheckCounts([fairness.NeededPerGroup, .. fairness.Groups.Select(static group => group.Count)]);

    private static string? Check(AccuracyReported accuracy, DateTimeOffset latest) => Check(accuracy.Series)
        ?? Check(accuracy.Window, latest) ?? CheckCounts(accuracy.Hour.Texts, accuracy.Day.Texts, accuracy.UnmatchedFeedback);

    private static string? Check(DriftReported drift, DateTimeOffset latest) => CheckNames(drift.Fingerprint)
        ?? CheckCode(drift.Kind, "kind") ?? CheckCode(drift.State, "state") ?? CheckCode(drift.Against, "reference")
        ?? Check(drift.Series) ?? Check(drift.Window, latest) ?? CheckTime(drift.ReportedAt, latest, "time")
        ?? CheckCounts(drift.Comparison?.ReferenceCount ?? 0, drift.Comparison?.WindowCount ?? 0);

    private static string? Check(LabellingOffered offered, DateTimeOffset latest) => CheckNames(offered.Id, offered.Pipeline)
        ?? CheckTime(offered.OccurredAt, latest, "event time") ?? CheckOrigin(offered.Prediction);

    private static string? Check(AlertRaised alert, DateTimeOffset latest)
    {
        if ((CheckNames(alert.Id, alert.Fingerprint) ?? CheckCode(alert.Kind, "kind") ?? CheckCode(alert.Severity, "severity")) is { } name)
            return name;
        if ((alert.Kind == AlertKinds.Fairness && alert.Fairness is null)
            || (alert.Kind is AlertKinds.LabelDrift or AlertKinds.ConfidenceDrift && alert.Drift is null))
        {
            return "no evidence of its kind";
        }

        return Check(alert.Series) ?? Check(alert.Window, latest) ?? CheckCounts(alert.Count) ?? CheckTime(alert.RaisedAt, latest, "time");
    }

    private static string? Check(FeedbackReceived feedback, DateTimeOffset latest) =>
        CheckNames(feedback.Id, feedback.Pipeline, feedback.Head, feedback.Label)
            ?? CheckTime(feedback.OccurredAt, latest, "time") ?? (feedback.Origin is { } origin ? CheckOrigin(origin) : null);

    private static string? CheckProfile(ReferenceProfile profile) =>
        profile.Lengths.Count > LengthBins.Count
            || profile.Heads.Values.Any(static head => head.Confidences.Count > ReferenceProfile.ConfidenceBins)
                ? "a profile with too many bins"
                : CheckCounts(
                    [
                        profile.Texts, profile.Tokens, profile.UnknownTokens, .. profile.Lengths,
                        .. profile.Heads.Values.SelectMany(static head => head.Labels.Values.Concat(head.Confidences)),
                    ]);

    private static string? Check(SeriesKey series) => CheckNames(series.Pipeline, series.Head)
        ?? (series.Segment == SeriesKey.All || series.Segment.Contains('=', StringComparison.Ordinal) ? null : "an invalid segment");

    private static string? Check(TimeWindow window, DateTimeOffset latest)
        => window.Start < window.End ? CheckTime(window.End, latest, "end of a window") : "a window that ends before it starts";

    private static string? CheckOrigin(RecordPosition origin) =>
        origin is { Topic.Length: > 0 and <= MaxTopicLength, Partition: >= 0, Offset: >= 0 } ? null : "an invalid origin";

    private static string? CheckTime(DateTimeOffset time, DateTimeOffset latest, string what) =>
        time <= latest ? null : $"a {what} more than {MaxTimeAhead.TotalDays:0} days after its receipt";

    private static string? CheckNames(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (name.Length == 0) return "a required name is empty";
        return null;
    }

    private static bool IsLanguage(string code) => code.Length is 2 or 3 && code.All(char.IsAsciiLetterLower);

    private static string? CheckCode(string code, string what) =>
        DeadLetterReasons.IsCode(code) ? null : $"an invalid {what}";

    private static string? CheckCounts(params ReadOnlySpan<long> counts)
    {
        foreach (var count in counts)
            if (count < 0) return "a negative count";
        return null;
    }

    private static string? CheckSpans(IEnumerable<(int Start, int End)>? spans) =>
        spans?.Any(static span => span.Start < 0 || span.End < span.Start) == true ? "a text span that ends before it starts" : null;

    private static bool IsShare(double value) => value is >= 0 and <= 1;
}
