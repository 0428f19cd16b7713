using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Training.Rollout;

namespace StreamBert.Tests.Training.Rollout;

public sealed class TrialReporterTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly RolloutOptions _options = new() { MinimumTexts = 100, CanaryDuration = TimeSpan.FromMinutes(30) };

    [Fact]
    public void A_canary_reports_its_texts_failures_latency_and_label_counts_as_they_are()
    {
        var trial = new CanaryTrial(TrialStream.Rollout, _options);
        for (var n = 0; n < 15; n++)
        {
            trial.Add(TrialStream.Prediction($"a{n}", TrialStream.Candidate, "negative", modelMs: 6));
            trial.Add(TrialStream.Prediction($"b{n}", TrialStream.Champion, n < 5 ? "negative" : "positive", modelMs: 4));
        }
        trial.Add(TrialStream.Prediction("c", TrialStream.Champion, "positive") with { FailedVersion = TrialStream.Candidate });

        _time.Advance(TimeSpan.FromSeconds(10));
        var report = Read(new TrialReporter(_options, _time).Report(TrialStream.Rollout, trial).Single());

        Assert.Equal((16, 1, 15, 100), (report.Texts, report.Failures, report.ChampionTexts, report.MinimumTexts));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMinutes(30), report.EarliestEnd);
        var head = Assert.Single(report.Heads);
        Assert.Equal(("news", "sentiment", null), (head.Pipeline, head.Head, head.Agreed));
        Assert.Equal((15, 5, 10), (head.Candidate["negative"], head.Champion["negative"], head.Champion["positive"]));
    }

    [Fact]
    public void A_shadow_reports_how_often_the_candidate_agrees()
    {
        var rollout = TrialStream.Rollout with { Stage = RolloutStages.Shadow };
        var trial = new ShadowTrial(rollout, _options);
        trial.Add(new()
        {
            Model = "default",
            Version = TrialStream.Candidate,
            Champion = TrialStream.Champion,
            StageStart = rollout.ChangedAt,
            Texts = 8,
            Heads =
            [
                new()
                {
                    Pipeline = "news",
                    Head = "sentiment",
                    Agreed = 6,
                    Champion = new Dictionary<string, long> { ["neutral"] = 8 },
                    Candidate = new Dictionary<string, long> { ["neutral"] = 6, ["negative"] = 2 },
                },
            ],
            ReportedAt = rollout.ChangedAt,
        });

        _time.Advance(TimeSpan.FromSeconds(10));
        var report = Read(new TrialReporter(_options, _time).Report(rollout, trial).Single());

        Assert.Equal((8, 8, null), (report.Texts, report.ChampionTexts, report.Slowdown));
        Assert.Equal((6, 2), (Assert.Single(report.Heads).Agreed, report.Heads[0].Candidate["negative"]));
    }

    [Fact]
    public void A_stage_of_a_day_has_about_a_hundred_and_twenty_reports()
    {
        var (reporter, trial, reports) = (new TrialReporter(_options, _time), new CanaryTrial(TrialStream.Rollout, _options), 0);

        for (var second = 0; second < 86_400; second += 5)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            reports += reporter.Report(TrialStream.Rollout, trial).Count;
        }

        Assert.InRange(reports, 100, 150);
    }

    private static RolloutProgressed Read(NewRecord record) => Wire.Deserialize<RolloutProgressed>(record.Value);
}
