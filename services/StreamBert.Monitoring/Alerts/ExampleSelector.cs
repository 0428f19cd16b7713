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
                    (isInside && criteria.Matches(text, label) ? matching : others).Add(new(window.Start, text, label));
            }
        }
        return alert with
        {
            Examples = [.. Examples(matching)],
            Terms = SalientTerms.Find(TextsOf(matching), TextsOf(others), options.MaxTerms),
        };
    }

    private sealed record Sample(DateTimeOffset Window, SampledText Text, SampledLabel Label);

    /// <summary>Returns one example of each story, of which a window may have sampled a text in several strata.</summary>
    private IEnumerable<AlertExample> Examples(List<Sample> matching)
    {
        var stories = NearDuplicates.Group([.. matching.Select(static sample => sample.Text.Key).Distinct()]);
        return matching.GroupBy(sample => stories.GetValueOrDefault(sample.Text.Key, sample.Text.Key)).Select(CreateExample)
            .OrderByDescending(static example => example.Confidence).ThenBy(static example => example.Id, StringComparer.Ordinal)
            .Take(options.MaxExamples);
    }

    private static AlertExample CreateExample(IEnumerable<Sample> story)
    {
        var (_, text, label) = story.OrderByDescending(static sample => sample.Label.Confidence)
            .ThenBy(static sample => sample.Text.Id, StringComparer.Ordinal).First();
        return new(text.Id, text.Text, label.Label, label.Confidence)
        {
            Sealed = text.Sealed,
            Copies = story.GroupBy(static sample => sample.Window)
                .Sum(static window => window.Max(static sample => sample.Text.Copies)),
        };
    }

    private static IEnumerable<string> TextsOf(List<Sample> samples) => samples.Select(static sample => sample.Text.Text).OfType<string>();
}
