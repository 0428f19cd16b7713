using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Alerts;

/// <summary>Selects the texts and terms that show the cause of an alert, from the samples of the last windows.</summary>
internal sealed class ExampleSelector(AlertOptions options)
{
    /// <summary>Adds examples and terms to an alert.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="criteria">The criteria of its evidence.</param>
    /// <param name="recent">The last windows: those within the alert's window supply the examples, the others the contrast.</param>
    public AlertRaised AddTo(AlertRaised alert, ExampleCriteria criteria, IReadOnlyList<WindowCounts> recent)
    {
        List<Sample> matching = [], others = [];
        foreach (var window in recent)
        {
            var isInside = window.Start >= alert.Window.Start && window.Start < alert.Window.End;
            foreach (var text in window.Sample.Strata.Values.SelectMany(static stratum => stratum).DistinctBy(static text => text.Id))
            {
                if (text.Labels.TryGetValue(criteria.Head, out var label))
                    (isInside && criteria.Matches(text, label) ? matching : others).Add(new(text, label));
            }
        }
        return alert with
        {
            Examples = [.. Examples(matching)],
            Terms = SalientTerms.Find(TextsOf(matching), TextsOf(others), options.MaxTerms),
        };
    }

    private sealed record Sample(SampledText Text, SampledLabel Label);

    private IEnumerable<AlertExample> Examples(List<Sample> matching) => matching
        .OrderByDescending(static sample => sample.Label.Confidence).ThenBy(static sample => sample.Text.Id, StringComparer.Ordinal)
        .Take(options.MaxExamples)
        .Select(static sample => new AlertExample(sample.Text.Id, sample.Text.Text, sample.Label.Label, sample.Label.Confidence)
        {
            Sealed = sample.Text.Sealed,
            Copies = sample.Text.Copies,
        });

    private static IEnumerable<string> TextsOf(List<Sample> samples) => samples.Select(static sample => sample.Text.Text).OfType<string>();
}
