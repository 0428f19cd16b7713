using System.Globalization;
using StackExchange.Redis;
using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Layout;

/// <summary>The layout of the state store: every key and what it holds.</summary>
internal sealed class StateKeys(string prefix)
{
    /// <summary>Hash: <c>topic/partition</c> → the next offset to project.</summary>
    public RedisKey Positions { get; } = $"{prefix}positions";

    /// <summary>Sorted set: ids of all stored predictions, by classification time.</summary>
    public RedisKey PredictionOrder { get; } = $"{prefix}predictions";

    /// <summary>Set: every <see cref="SeriesKey"/> as JSON.</summary>
    public RedisKey Series { get; } = $"{prefix}series";

    /// <summary>Sorted set: every series of an entity as JSON, by the start of its latest window.</summary>
    public RedisKey EntityOrder { get; } = $"{prefix}series:entities";

    /// <summary>
    /// Sorted set: every series of a segment that is neither an entity nor all texts, as JSON, by the start of its latest window.
    /// </summary>
    public RedisKey SegmentOrder { get; } = $"{prefix}series:segments";

    /// <summary>Hash: pipeline → its last <see cref="EventTimeUpdated"/>.</summary>
    public RedisKey EventTimes { get; } = $"{prefix}event-times";

    /// <summary>Sorted set: pipeline and fairness rule, separated by a slash, by the end of the compared time.</summary>
    public RedisKey FairnessOrder { get; } = $"{prefix}fairness";

    /// <summary>Hash: pipeline and fairness rule → its last <see cref="FairnessReported"/>.</summary>
    public RedisKey FairnessReports { get; } = $"{prefix}fairness:reports";

    /// <summary>Sorted set: every series with an estimate of accuracy, as JSON, by the end of its last hour.</summary>
    public RedisKey AccuracyOrder { get; } = $"{prefix}accuracy";

    /// <summary>Hash: series as JSON → its last <see cref="AccuracyReported"/>.</summary>
    public RedisKey AccuracyReports { get; } = $"{prefix}accuracy:reports";

    /// <summary>Sorted set: fingerprints of comparisons with a reference, by the time of their report.</summary>
    public RedisKey DriftOrder { get; } = $"{prefix}drift";

    /// <summary>Hash: fingerprint → its last <see cref="DriftReported"/>.</summary>
    public RedisKey DriftReports { get; } = $"{prefix}drift:reports";

    /// <summary>Hash: fingerprint → id of the open alert.</summary>
    public RedisKey AlertsOpen { get; } = $"{prefix}alerts:open";

    /// <summary>Sorted set: alert ids, by the time they were raised.</summary>
    public RedisKey AlertOrder { get; } = $"{prefix}alerts";

    /// <summary>String: exists if the oldest alerts were removed, so that the log holds more.</summary>
    public RedisKey AlertsRemoved { get; } = $"{prefix}alerts:removed";

    /// <summary>Hash: alert id → <see cref="AlertRaised"/>.</summary>
    public RedisKey AlertsRaised { get; } = $"{prefix}alerts:raised";

    /// <summary>Hash: alert id → <see cref="AlertResolved"/>.</summary>
    public RedisKey AlertsResolved { get; } = $"{prefix}alerts:resolved";

    /// <summary>Sorted set: versions, by the time they were trained or first promoted.</summary>
    public RedisKey ModelOrder { get; } = $"{prefix}models";

    /// <summary>Hash: version → <see cref="ModelTrained"/>.</summary>
    public RedisKey ModelsTrained { get; } = $"{prefix}models:trained";

    /// <summary>Hash: version → its last <see cref="ModelPromoted"/>.</summary>
    public RedisKey ModelsPromoted { get; } = $"{prefix}models:promoted";

    /// <summary>Hash: version → the last <see cref="ModelRolledBack"/> from it.</summary>
    public RedisKey ModelsRolledBack { get; } = $"{prefix}models:rolled-back";

    /// <summary>Hash: version → <see cref="ModelRefused"/>, while workers refuse it.</summary>
    public RedisKey ModelsRefused { get; } = $"{prefix}models:refused";

    /// <summary>Hash: version → its last <see cref="RolloutChanged"/>.</summary>
    public RedisKey ModelsRolledOut { get; } = $"{prefix}models:rolled-out";

    /// <summary>Hash: version → its last <see cref="RolloutProgressed"/>.</summary>
    public RedisKey ModelsRolloutProgress { get; } = $"{prefix}models:rollout-progress";

    /// <summary>Hash: version → its last <see cref="PinChanged"/>.</summary>
    public RedisKey ModelsPinned { get; } = $"{prefix}models:pinned";

    /// <summary>Hash: model → its last <see cref="TrainingReported"/>.</summary>
    public RedisKey ModelsTraining { get; } = $"{prefix}models:training";

    /// <summary>Hash: model → version that serves; empty: none.</summary>
    public RedisKey ModelsServing { get; } = $"{prefix}models:serving";

    /// <summary>Hash: version → number of its predictions.</summary>
    public RedisKey ModelPredictions { get; } = $"{prefix}models:predictions";

    /// <summary>Every key that exists once: all but the keys of a prediction, a pipeline or a series.</summary>
    public IReadOnlyCollection<RedisKey> Singletons =>
    [
        Positions, PredictionOrder, Series, EntityOrder, SegmentOrder, EventTimes, FairnessOrder, FairnessReports, AccuracyOrder,
        AccuracyReports, DriftOrder, DriftReports, AlertsOpen, AlertOrder, AlertsRaised, AlertsResolved, AlertsRemoved,
        ModelOrder, ModelsTrained, ModelsPromoted, ModelsRolledBack, ModelsRolledOut, ModelsRolloutProgress, ModelsRefused,
        ModelsPinned, ModelsTraining, ModelsServing, ModelPredictions,
    ];

    /// <summary>String: a <see cref="TextClassified"/>.</summary>
    public RedisKey Prediction(string id) => $"{prefix}prediction:{id}";

    /// <summary>Sorted set: ids of a pipeline's recent predictions, by classification time.</summary>
    public RedisKey Recent(string pipeline) => $"{prefix}recent:{pipeline}";

    /// <summary>Sorted set: the <see cref="TrendUpdated"/> events of a segment or an entity, by the start of the window.</summary>
    public RedisKey Trend(SeriesKey series) => $"{prefix}trend:{series.Pipeline}/{series.Head}/{series.Segment}";

    /// <summary>
    /// Sorted set: the <see cref="DayOf">days</see> of the series of all texts of a head that have windows, by their start. So many windows
    /// in one sorted set would be a large value, of which a store that keeps values on disk reads and writes all for each window.
    /// </summary>
    public RedisKey TrendDays(SeriesKey series) => $"{prefix}trend-days:{series.Pipeline}/{series.Head}";

    /// <summary>Sorted set: the <see cref="TrendUpdated"/> events of all texts of a head on a day, by the start of the window.</summary>
    public RedisKey TrendDay(SeriesKey series, string day) => $"{prefix}trend-day:{day}:{series.Pipeline}/{series.Head}";

    /// <summary>The day in UTC of a score: its own score and its name.</summary>
    public static (double Score, string Name) DayOf(double score)
    {
        var start = Math.Floor(score / TimeSpan.MicrosecondsPerDay) * TimeSpan.MicrosecondsPerDay;
        return (start, Time(start).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    /// <summary>The field of a partition in <see cref="Positions"/>.</summary>
    public static RedisValue Position(string topic, int partition) => $"{topic}/{partition}";

    /// <summary>A time as the score of a sorted set: microseconds since 1970, exact in a double for centuries.</summary>
    public static double Score(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10;

    /// <summary>The time of a score.</summary>
    public static DateTimeOffset Time(double score) => DateTimeOffset.UnixEpoch.AddTicks(10 * (long)score);
}
