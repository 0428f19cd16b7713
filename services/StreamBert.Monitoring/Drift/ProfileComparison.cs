using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Compares the last day with the reference profile of the model version: what its predictions looked like on its training data. Production
/// need not have the mix of the training data, so the floors are twice those of drift.
/// </summary>
/// <param name="state">The state with the profiles.</param>
/// <param name="journal">The hours.</param>
internal sealed class ProfileComparison(DriftState state, HourJournal journal)
{
    /// <summary>The reference of comparisons, as <see cref="DriftDetected.Against"/> names it.</summary>
    public const string ModelProfile = "model-profile";

    /// <summary>The factor of the floors.</summary>
    public const double FloorFactor = 2;

    private const double Level = 0.001;
    private const int Day = 24, Interval = 6;

    /// <summary>Returns the profile of the version that answers; null if none was published.</summary>
    public ReferenceProfile? Profile => state.Version is null ? null : state.ProfileOf(state.Version);

    /// <summary>Whether the comparison is due: every sixth hour, once a full day was counted.</summary>
    public bool IsDue => Profile is not null && journal.Hours[^1].End.UtcTicks / journal.Hour.Ticks % Interval == 0
        && journal.Hours[^1].End - journal.Hours[0].Start >= Day * journal.Hour;

    /// <summary>Compares a quantity; returns null if the profile lacks it, or too few texts were counted.</summary>
    public DriftResult? Compare(DriftMeasure measure)
    {
        var hours = journal.Last(Day);
        if (Profile is not { } profile || measure.CountsIn(profile) is not { } reference || reference.Sum() < SpanComparison.MinimumCount)
            return null;
        var observed = new double[reference.Length];
        foreach (var counts in hours.Select(measure.CountsOf))
        {
            for (var bin = 0; bin < observed.Length; bin++)
                observed[bin] += counts.Values[bin];
        }
        if (observed.Sum() < SpanComparison.MinimumCount)
            return null;
        var total = reference.Sum();
        var expected = new WeekExpectation(observed, Array.ConvertAll(reference, count => count / total), total, 0);
        var (distance, floor) = (measure.Compare(observed, expected.Shares, total), FloorFactor * measure.Floor);
        var p = state.DispersionOf($"{measure.Name}/{Day}").PValue(distance);
        var isDismissed = state.Dismissed.Contains($"{measure.Name}@{state.Version}");
        return new DriftResult
        {
            Kind = measure.Kind,
            Head = measure.Head,
            Detail = ModelProfile,
            Condition = p <= Level && distance.Value >= floor && !isDismissed ? Condition.Breach : Condition.Normal,
            Window = new(hours[0].Start, hours[^1].End),
            Details = DriftDetails.Of(measure with { Floor = floor }, distance, p, expected) with
            {
                Against = ModelProfile,
                ModelVersion = state.Version,
            },
            ReferenceMean = measure.MeanOf(reference),
            ObservedMean = measure.MeanOf(observed),
        };
    }
}
