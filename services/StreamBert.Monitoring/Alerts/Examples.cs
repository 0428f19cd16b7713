using StreamBert.Contracts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Alerts;

/// <summary>Chooses the texts and words that show what drove an alert, from the samples of the last windows.</summary>
public sealed class Examples(AlertOptions options, Func<IReadOnlyList<WindowCounts>> recent)
{
    /// <param name="head">The head whose answer is shown.</param>
    /// <param name="window">Only texts from windows within it are examples.</param>
    /// <param name="drives">Whether a text is of the sort that drove the alert.</param>
    public AlertRaised AddTo(AlertRaised alert, string head, TimeWindow window, Func<SampledText, SampledAnswer, bool> drives)
    {
        var texts = (from counts in recent()
                     let inside = counts.Start >= window.Start && counts.Start < window.End
                     from stratum in counts.Sample.Strata.Values
                     from text in stratum
                     where text.Answers.ContainsKey(head)
                     select (Text: text, Answer: text.Answers[head], Drives: inside && drives(text, text.Answers[head]))).ToList();
        var driving = texts.Where(static text => text.Drives).ToList();
        return alert with
        {
            Examples = [.. driving.OrderByDescending(static text => text.Answer.Confidence).ThenBy(static text => text.Text.Id, StringComparer.Ordinal)
                .Take(options.Examples)
                .Select(static text => new AlertExample(text.Text.Id, text.Text.Text, text.Answer.Label, text.Answer.Confidence) {
                    Sealed = text.Text.Sealed })],
            Terms = SalientTerms.Find(Words(driving), Words(texts.Where(static text => !text.Drives)), options.Terms),
        };
    }

    private static IEnumerable<string> Words(IEnumerable<(SampledText Text, SampledAnswer Answer, bool Drives)> texts) =>
        texts.Select(static text => text.Text.Text).OfType<string>();
}
