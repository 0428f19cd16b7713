using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Drift;

namespace StreamBert.Tests.Monitoring.Drift;

public sealed class DriftDetectorTests
{
    private const int Week = 168;

    private static readonly int Runs = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 200 : 4;

    [Fact]
    public void A_shift_of_the_label_mix_is_raised_and_cleared_in_these_hours()
    {
        var harness = new DriftHarness(1).Feed(2 * Week, static hour => new() { Negative = hour is >= 200 and < 216 ? 0.45 : 0.2 });

        Assert.Equal(["202:label-drift", "221:-label-drift"], harness.Changes);
        var raised = Assert.Single(harness.Raised);
        Assert.Equal("sentiment", raised.Alert.Series.Head);
    }

    [Fact]
    public void A_drift_of_labels_is_found() => Assert.InRange(Found(AlertKinds.LabelDrift, static drifts => new()
    {
        Negative = drifts ? 0.35 : 0.2,
    }), 0.95, 1);

    [Fact]
    public void A_drift_of_confidence_is_found() => Assert.InRange(Found(AlertKinds.ConfidenceDrift, static drifts => new()
    {
        Confidence = drifts ? 0.73 : 0.8,
    }), 0.95, 1);

    [Fact]
    public void A_drift_of_length_is_found() => Assert.InRange(Found(AlertKinds.LengthDrift, static drifts => new()
    {
        Length = drifts ? 28 : 20,
    }), 0.95, 1);

    [Fact]
    public void A_drift_of_vocabulary_is_found() => Assert.InRange(Found(AlertKinds.TokenDrift, static drifts => new()
    {
        Unknown = drifts ? 0.04 : 0.005,
    }), 0.95, 1);

    [Fact]
    public void A_drift_of_meaning_is_found_and_names_the_texts_that_differ_most()
    {
        var harness = new DriftHarness(3).Feed(64, static hour => new() { Stories = 150, Meaning = hour >= 60 ? 0.6 : 0 });

        var raised = Assert.Single(harness.Raised, static raised => raised.Alert.Kind == AlertKinds.EmbeddingDrift);
        Assert.InRange(harness.Changes.Count, 1, 2);
        var evidence = Assert.IsType<DriftEvidence>(raised.Assessment.Evidence);
        Assert.InRange(evidence.Value, 0.6, 1);
        Assert.InRange(evidence.OwnExamples.Count(static text => text.Text!.StartsWith("merger talks", StringComparison.Ordinal)), 7, 10);
        Assert.Equal(10, evidence.OwnExamples.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Independent_texts_and_copies_stay_within_the_budget(int copies) =>
        AssertWithinBudget((_, _) => new() { Stories = 200, Copies = copies });

    [Fact]
    public void A_different_mix_at_night_is_no_drift() => AssertWithinBudget(static (_, hour) =>
        DriftHarness.HourOfDay(hour) is >= 7 and < 19 ? new() { Negative = 0.15, Length = 15 } : new() { Negative = 0.45, Length = 30 });

    [Fact]
    public void A_share_that_wanders_is_no_drift() => AssertWithinBudget(static (run, hour) => new()
    {
        // a sum of slow waves with a standard deviation of 4 points, different in each run
        Negative = 0.2 + 0.04 * (Math.Sin(hour / 5.0 + run) + Math.Sin(hour / 13.0 + 3 * run)),
    });

    [Fact]
    public void The_end_of_an_incident_at_the_start_is_no_drift()
    {
        var harness = new DriftHarness(5).Feed(2 * Week, static hour => new() { Negative = hour < 8 ? 0.7 : 0.2 });

        Assert.Equal([], harness.Changes);
    }

    [Fact]
    public void A_drift_that_lasts_becomes_the_reference()
    {
        var harness = new DriftHarness(6).Feed(3 * Week, static hour => new() { Negative = hour >= 200 ? 0.5 : 0.2 });

        Assert.Equal(2, harness.Changes.Count);
        Assert.InRange(harness.State.Hours.Count, 100, 250);
    }

    [Fact]
    public void The_state_continues_after_a_checkpoint_and_is_bounded()
    {
        static HourModel Model(int hour) => new() { Negative = hour >= 200 ? 0.5 : 0.2, Meaning = 0, Stories = 150 };
        var whole = new DriftHarness(7).Feed(220, Model);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(whole.State);
        var restored = JsonSerializer.Deserialize<DriftState>(bytes)!;

        Assert.Equal(bytes, JsonSerializer.SerializeToUtf8Bytes(restored));
        Assert.InRange(bytes.Length, 1000, 1_500_000);
    }

    /// <summary>Returns the share of runs in which a change after eight days is raised within a day.</summary>
    private static double Found(string kind, Func<bool, HourModel> model)
    {
        const int change = 200;
        var found = Enumerable.Range(0, Runs).Count(run =>
            new DriftHarness(100 + run).Feed(change + 24, hour => model(hour >= change)).Changes
                .Exists(alert => alert.EndsWith($":{kind}", StringComparison.Ordinal)
                    && int.Parse(alert.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture) >= change));
        return (double)found / Runs;
    }

    /// <summary>The budget is one alarm a week of each kind; a run lasts for three weeks.</summary>
    private static void AssertWithinBudget(Func<int, int, HourModel> model)
    {
        const int weeks = 3;
        var runs = Math.Max(2, Runs / 5);
        var harnesses = Enumerable.Range(0, runs).Select(run =>
            new DriftHarness(200 + run).Feed(weeks * Week, hour => model(run, hour))).ToList();
        foreach (var kind in new[] { AlertKinds.LabelDrift, AlertKinds.ConfidenceDrift, AlertKinds.LengthDrift, AlertKinds.TokenDrift })
            Assert.InRange(harnesses.Sum(harness => harness.Alarms(kind)) / (double)(runs * weeks), 0, 2);
    }
}
