using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Evaluation.Timing;

/// <summary>Represents the time that the model takes for a single text, tokenization included.</summary>
/// <param name="Texts">The number of texts that were timed.</param>
/// <param name="Median">The median, in milliseconds.</param>
/// <param name="P95">The 95th percentile, in milliseconds.</param>
/// <param name="P99">The 99th percentile, in milliseconds.</param>
internal sealed record LatencyReport(int Texts, double Median, double P95, double P99)
{
    private const int MaxTexts = 300;
    private const int WarmUps = 20;

    /// <summary>Classifies up to 300 texts one by one, spread evenly over the file.</summary>
    public static LatencyReport Measure(IReadOnlyList<string> texts, Action<string> classify, TimeProvider time)
    {
        var count = Math.Min(MaxTexts, texts.Count);
        List<string> timed = [.. Enumerable.Range(0, count).Select(i => texts[(int)((long)i * texts.Count / count)])];
        foreach (var text in timed.Take(WarmUps))
            classify(text);
        List<double> milliseconds = [.. timed.Select(text => Time(() => classify(text), time)).Order()];
        return new(count, Quantile(0.5), Quantile(0.95), Quantile(0.99));

        double Quantile(double share) => Bootstrap.Quantile(milliseconds, share);
    }

    private static double Time(Action action, TimeProvider time)
    {
        var start = time.GetTimestamp();
        action();
        return time.GetElapsedTime(start).TotalMilliseconds;
    }
}
