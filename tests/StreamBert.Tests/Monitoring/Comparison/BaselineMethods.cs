using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Statistics.Sequential;

namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>
/// Runs methods of other libraries over the predictions of a scenario. Alarms of a method within an hour of its last one count once, as
/// those of an open alert do.
/// </summary>
internal static class BaselineMethods
{
    private const string Sentiment = "sentiment", Negative = "negative";
    private const int SmallReference = 1000;

    /// <summary>The name of a method, and the times of its alarms in a run.</summary>
    public static IReadOnlyList<(string Name, Func<ScenarioRun, IEnumerable<DateTimeOffset>> Alarms)> All { get; } =
    [
        ("River ADWIN, per text", static run => OnTexts(run, new Adwin().Add)),
        ("River Page-Hinkley, per text", static run => OnTexts(run, new PageHinkley().Add)),
        ("River KSWIN, per text", static run => OnTexts(run, new Kswin(seed: 42).Add)),
        ("3 sigma, share per minute", static run => OnWindows(run, static texts => texts.Average(static text => IsNegative(text)))),
        ("3 sigma, texts per minute", static run => OnWindows(run, static texts => texts.Count)),
        ("Evidently, reference 1,000", static run => Evidently(run, SmallReference)),
        ("Evidently, reference a week", static run => Evidently(run, int.MaxValue)),
    ];

    /// <summary>Drops alarms that follow the last one within an hour.</summary>
    public static IReadOnlyList<DateTimeOffset> Episodes(IEnumerable<DateTimeOffset> alarms)
    {
        List<DateTimeOffset> episodes = [];
        var last = DateTimeOffset.MinValue;
        foreach (var alarm in alarms)
        {
            if (alarm - last > TimeSpan.FromHours(1))
                episodes.Add(alarm);
            last = alarm;
        }
        return episodes;
    }

    private static double IsNegative(TextClassified text) => text.Heads[Sentiment].Label == Negative ? 1 : 0;

    private static IEnumerable<DateTimeOffset> OnTexts(ScenarioRun run, Func<double, bool> add) =>
        run.Predictions().Where(text => add(IsNegative(text))).Select(static text => text.ClassifiedAt);

    private static IEnumerable<DateTimeOffset> OnWindows(ScenarioRun run, Func<IReadOnlyList<TextClassified>, double> measure)
    {
        var rule = new ThreeSigma();
        return Windows(run, TimeSpan.FromMinutes(1)).Where(window => window.Texts.Count > 0 && rule.Add(measure(window.Texts)))
            .Select(static window => window.End);
    }

    private static IEnumerable<DateTimeOffset> Evidently(ScenarioRun run, int referenceSize)
    {
        List<TextClassified> learned = [];
        EvidentlyReference? reference = null;
        foreach (var (end, texts) in Windows(run, TimeSpan.FromHours(1)))
        {
            if (end <= run.Period.JudgedFrom)
            {
                learned.AddRange(texts);
                continue;
            }
            reference ??= ReferenceOf(learned.TakeLast(referenceSize).ToList());
            if (texts.Count > 0 && reference.HasDrifted(texts.ConvertAll(LabelOf), texts.ConvertAll(ConfidenceOf)))
                yield return end;
        }
    }

    private static EvidentlyReference ReferenceOf(List<TextClassified> texts) =>
        new(texts.ConvertAll(LabelOf), texts.ConvertAll(ConfidenceOf));

    private static string LabelOf(TextClassified text) => text.Heads[Sentiment].Label;

    private static double ConfidenceOf(TextClassified text) => text.Heads[Sentiment].Confidence;

    /// <summary>Divides the texts into windows by the time at which they arrived, windows without texts included.</summary>
    private static IEnumerable<(DateTimeOffset End, List<TextClassified> Texts)> Windows(ScenarioRun run, TimeSpan length)
    {
        var (end, texts) = (run.Period.Whole.Start + length, new List<TextClassified>());
        foreach (var text in run.Predictions())
        {
            for (; text.ClassifiedAt >= end; end += length)
            {
                yield return (end, texts);
                texts = [];
            }
            texts.Add(text);
        }
    }
}
