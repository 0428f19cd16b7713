using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Cli.Evaluation.Timing;

namespace StreamBert.Tests.Cli.Evaluation.Timing;

public sealed class LatencyReportTests
{
    /// <summary>Each text takes as many milliseconds as it states; the first ones are also warm-ups, which are not counted.</summary>
    [Fact]
    public void The_quantiles_are_those_of_single_texts()
    {
        var time = new FakeTimeProvider();
        var texts = Enumerable.Range(1, 101).Select(static i => $"{i}").ToList();

        var report = LatencyReport.Measure(texts, Take, time);

        Assert.Equal(new LatencyReport(101, 51, 96, 100), report);

        void Take(string text) => time.Advance(TimeSpan.FromMilliseconds(int.Parse(text, CultureInfo.InvariantCulture)));
    }
}
