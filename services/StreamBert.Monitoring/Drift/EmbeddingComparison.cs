using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics.TwoSample;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Compares the embeddings of the last six hours with those of the same hours in the last-good week, by how well a classifier tells them
/// apart. One row stands for one story. The p-value permutes whole hours among the days of their hour, so that topics that last for an hour
/// are no evidence. Embeddings of another model version are not comparable and are left out.
/// </summary>
/// <param name="state">The state with the profiles.</param>
/// <param name="journal">The hours.</param>
/// <param name="weeks">The last-good week.</param>
/// <param name="rules">The rules of the pipeline.</param>
internal sealed class EmbeddingComparison(DriftState state, HourJournal journal, WeekReferences weeks, MonitorRules rules)
{
    private const int MaxTexts = 10;
    private const double Chance = 0.5, MinimumLevel = 0.02, ClearingShare = 0.7;

    private double Floor => rules.Drift.MinimumEmbeddingAuc;

    /// <summary>Compares the last hours with the last-good week; the result is normal if there are too few embeddings.</summary>
    public DriftResult Compare()
    {
        var hours = RecentHours();
        List<HourBlocks> slots = [];
        if (hours.Count > 0)
        {
            var week = weeks.Before(hours[0].Start);
            slots = [.. hours.Select(hour => new HourBlocks(hour, [.. week.Matching(hour).Where(IsComparable)]))
                .Where(static slot => slot.References.Count > 0)];
        }
        float[][] rows = [.. slots.SelectMany(static slot => RowsOf(slot.Hour, int.MaxValue))];
        float[][] references = [.. slots.SelectMany(static slot => slot.References).Distinct()
            .SelectMany(static hour => RowsOf(hour, HourJournal.ReferenceEmbeddings))];
        if (rows.Length < DriftReported.NeededEmbeddings || references.Length < DriftReported.NeededReferenceEmbeddings)
            return new() { Kind = AlertKinds.EmbeddingDrift, Head = DriftMeasure.AllHeads, Condition = Condition.Normal };
        return Judge(hours, rows, references, Floor, SpanComparison.LastGoodWeek, "", level =>
            new BlockPermutation(slots).PValue(Seed(hours), level));
    }

    /// <summary>Compares the last hours with the model's reference profile; null if it has no embeddings.</summary>
    public DriftResult? CompareWithProfile(ReferenceProfile profile)
    {
        var hours = RecentHours();
        float[][] rows = [.. hours.SelectMany(static hour => RowsOf(hour, int.MaxValue))];
        float[][] references = [.. profile.Embeddings.Select(static row => PackedEmbedding.Unpack(row))
            .Where(row => rows.Length > 0 && row.Length == rows[0].Length)];
        if (rows.Length < DriftReported.NeededEmbeddings || references.Length < DriftReported.NeededReferenceEmbeddings)
            return null;
        var floor = Chance + ProfileComparison.FloorFactor * (Floor - Chance);
        var result = Judge(hours, rows, references, floor, ProfileComparison.ModelProfile, ProfileComparison.ModelProfile, _ =>
            DomainClassifier.Test(rows, references, Seed(hours), floor, BlockPermutation.Permutations).PValue);
        if (state.Dismissed.Contains($"{AlertKinds.EmbeddingDrift}/{DriftMeasure.AllHeads}@{state.Version}"))
            result.Condition = Condition.Normal;
        return result;
    }

    private DriftResult Judge(
        List<HourProfile> hours, float[][] rows, float[][] references, double floor, string against, string detail,
        Func<double, double> test)
    {
        var separation = LinearSeparation.Of(rows, references);
        var level = Math.Max(MinimumLevel, DriftLevel.Of(rules.Budget, 1, HourJournal.RecentHours, journal.Hour));
        var (area, p) = (separation.Area, 1.0);
        if (area >= floor) // the regressions on parts of the rows separate no better than the populations differ
        {
            area = DomainClassifier.Test(rows, references, Seed(hours), minimumArea: 2).Area;
            if (area >= floor) // an alert ends by the area: while it lasts, the permutations need not be repeated
                p = PValueOfAlert(detail) ?? test(level);
        }
        var isBreach = area >= floor && p <= level;
        var isNormal = area < Chance + ClearingShare * (floor - Chance);
        return new DriftResult
        {
            Kind = AlertKinds.EmbeddingDrift,
            Head = DriftMeasure.AllHeads,
            Detail = detail,
            Condition = isBreach ? Condition.Breach : isNormal ? Condition.Normal : Condition.Inconclusive,
            Window = new(hours[0].Start, hours[^1].End),
            Details = new()
            {
                Measure = "auc",
                Distance = Math.Round(area, 6),
                Floor = floor,
                PValue = p,
                ReferenceCount = references.Length,
                WindowCount = rows.Length,
                Against = against,
                ModelVersion = state.Version,
            },
            ReferenceMean = Chance,
            ObservedMean = area,
            Texts = isBreach ? MostDifferent(hours, separation) : [],
        };
    }

    private double? PValueOfAlert(string detail) => state.Results.Find(result => result is
    {
        Kind: AlertKinds.EmbeddingDrift, Condition: Condition.Breach,
    } && result.Detail == detail)?.Details.PValue;

    /// <summary>Returns the texts that the linear separation puts farthest from the reference.</summary>
    private static List<TextExcerpt> MostDifferent(List<HourProfile> hours, LinearSeparation separation) =>
    [
        .. hours.SelectMany(static hour => hour.Texts.Embeddings).Where(static row => row.Excerpt is not null)
            .OrderByDescending(row => separation.Score(PackedEmbedding.Unpack(row.Values)))
            .ThenBy(static row => row.Rank).Take(MaxTexts).Select(static row => row.Excerpt!),
    ];

    private List<HourProfile> RecentHours() => journal.Last(HourJournal.RecentHours).FindAll(IsComparable);

    private bool IsComparable(HourProfile hour) => hour.Version == state.Version && hour.Texts.Embeddings.Count > 0;

    internal static IEnumerable<float[]> RowsOf(HourProfile hour, int capacity) =>
        hour.Texts.Embeddings.Take(capacity).Select(static row => PackedEmbedding.Unpack(row.Values));

    /// <summary>The permutations differ from hour to hour, and are the same in every run.</summary>
    private static int Seed(List<HourProfile> hours) => (int)(hours[^1].End.UtcTicks / TimeSpan.TicksPerMinute % int.MaxValue);
}

/// <summary>An hour and the hours of the last-good week that correspond to it.</summary>
internal sealed record HourBlocks(HourProfile Hour, IReadOnlyList<HourProfile> References);
