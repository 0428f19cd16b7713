using StreamBert.Monitoring.Statistics.Sequential;

namespace StreamBert.Tests.Monitoring.Comparison;

/// <summary>
/// Runs methods of other libraries over the texts of a scenario. Alarms of a method within an hour of its last one count once, as those of
/// an open alert do.
/// </summary>
internal static class BaselineMethods
{
    private const int SmallReference = 1000;

    /// <summary>The name of a method, and the times of its alarms in a run.</summary>
    public static IReadOnlyList<(string Name, Func<ComparedRun, IEnumerable<DateTimeOffset>> Alarms)> All { get; } =
    [
        ("River ADWIN", static run => OnTexts(run, new Adwin().Add)),
        ("River Page–Hinkley", static run => OnTexts(run, new PageHinkley().Add)),
        ("River KSWIN", static run => OnTexts(run, new Kswin(seed: 42).Add)),
        ("3 σ, share", static run => OnMinutes(run, static texts => texts.Count == 0 ? null : texts.Average(static t => t.Negativity))),
        ("3 σ, count", static run => OnMinutes(run, static texts => texts.Count)),
        ("Evidently, 1,000 rows", static run => Evidently(run, SmallReference)),
        ("Evidently, a week", static run => Evidently(run, int.MaxValue)),
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

    private static IEnumerable<DateTimeOffset> OnTexts(ComparedRun run, Func<double, bool> add) =>
        run.Texts.Where(text => add(text.Negativity)).Select(static text => text.At);

    /// <summary>Judges a measure of every minute, of a minute without texts too if the measure has a value then.</summary>
    private static IEnumerable<DateTimeOffset> OnMinutes(ComparedRun run, Func<IReadOnlyList<ComparedText>, double?> measure)
    {
        var rule = new ThreeSigma();
        return run.Windows(TimeSpan.FromMinutes(1)).Where(window => measure(window.Texts) is { } value && rule.Add(value))
            .Select(static window => window.End);
    }

    /// <summary>Compares every hour after the learning time with the last texts of that time.</summary>
    private static IEnumerable<DateTimeOffset> Evidently(ComparedRun run, int referenceSize)
    {
        var learned = run.Texts.TakeWhile(text => text.At < run.Period.JudgedFrom).TakeLast(referenceSize).ToList();
        if (learned.Count == 0)
            return [];
        var reference = new EvidentlyReference(
            learned.ConvertAll(static text => text.Label), learned.ConvertAll(static text => text.Confidence));
        return run.Windows(TimeSpan.FromHours(1)).Where(window => window.End > run.Period.JudgedFrom && window.Texts.Count > 0)
            .Where(window => reference.HasDrifted(
                [.. window.Texts.Select(static text => text.Label)], [.. window.Texts.Select(static text => text.Confidence)]))
            .Select(static window => window.End);
    }
}
