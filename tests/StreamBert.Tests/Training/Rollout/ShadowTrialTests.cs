using StreamBert.Contracts;
using StreamBert.Training.Rollout;

namespace StreamBert.Tests.Training.Rollout;

public sealed class ShadowTrialTests
{
    private static readonly RolloutChanged Rollout = TrialStream.Rollout with { Stage = RolloutStages.Shadow };
    private static readonly string[] Labels = ["negative", "neutral", "positive"];

    /// <summary>
    /// Oracle: simulation of candidates that agree exactly as often as required. The agreement of a report is its own, drawn around that
    /// share, as it is where a story fills a few seconds.
    /// </summary>
    [Fact]
    public void A_candidate_that_agrees_as_often_as_required_is_rolled_back_no_more_often_than_stated()
    {
        const double Stated = 0.1;
        const int Stages = 300;
        var options = new RolloutOptions { FalseRollbackRate = Stated };

        var rolledBack = Enumerable.Range(0, Stages).Count(seed => Run(new(seed), options, 80, 0.8).Broken is not null);

        Assert.InRange(rolledBack / (double)Stages, 0, Stated);
    }

    [Fact]
    public void A_candidate_that_gives_another_label_to_every_second_text_is_broken()
    {
        var broken = Run(new(3), new(), 60, 0.5).Broken;

        Assert.Equal("agreement", broken?.Gate);
        Assert.Contains("0.8 required", broken!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_of_another_stage_or_version_are_ignored()
    {
        var trial = new ShadowTrial(Rollout, new());

        trial.Add(Report(100, 0) with { Version = "default-v9" });
        trial.Add(Report(100, 0) with { StageStart = DateTimeOffset.UnixEpoch.AddSeconds(1) });

        Assert.Equal(0, trial.Texts);
    }

    private static ShadowTrial Run(Random random, RolloutOptions options, int reports, double agreement)
    {
        var trial = new ShadowTrial(Rollout, options);
        for (var report = 0; report < reports; report++)
        {
            var texts = random.Next(5, 40);
            var own = agreement + (random.NextDouble() - 0.5) * 0.4;
            trial.Add(Report(texts, Enumerable.Range(0, texts).Count(_ => random.NextDouble() < own)));
        }
        return trial;
    }

    private static ShadowReported Report(long texts, long agreed) => new()
    {
        Model = Rollout.Model,
        Version = Rollout.Version,
        Champion = Rollout.Champion,
        StageStart = Rollout.ChangedAt,
        Texts = texts,
        ReportedAt = DateTimeOffset.UnixEpoch,
        Heads =
        [
            new()
            {
                Pipeline = "news",
                Head = "sentiment",
                Agreed = agreed,
                Champion = Spread(texts),
                Candidate = Spread(texts),
            },
        ],
    };

    private static Dictionary<string, long> Spread(long texts) =>
        Labels.Index().ToDictionary(static label => label.Item, label => texts / 3 + (label.Index < texts % 3 ? 1 : 0));
}
