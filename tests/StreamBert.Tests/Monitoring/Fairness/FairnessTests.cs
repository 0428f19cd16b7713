using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Windows;
using StreamBert.Privacy.Redaction;

namespace StreamBert.Tests.Monitoring.Fairness;

public sealed class FairnessTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly FairnessRule Rule = new() { Attribute = "region" };
    private readonly Dictionary<string, GroupEvidence> _groups = [];
    private readonly FairnessDetector _detector;
    private readonly AlertBook _book = new(new(), [], 4);
    private readonly Random _random = new(31);
    private int _window;

    public FairnessTests()
        => _detector = new(SyntheticStream.Pipeline, Rule, new(), TimeSpan.FromDays(7), 32, _groups, new Examples(new(), static () => []));

    [Fact]
    public void A_group_treated_worse_is_raised_and_cleared_at_these_windows()
    {
        List<string> said = [];
        for (var i = 0; i < 80; i++)
            said.AddRange(Feed(("north", 100, 0.2), ("south", 100, i is >= 30 and < 48 ? 0.45 : 0.2)).Select(what => $"{i}:{what}"));

        Assert.Equal(["35:raised", "53:resolved"], said);
    }

    [Fact]
    public void Groups_that_are_treated_alike_are_left_alone_for_a_week()
    {
        for (var i = 0; i < 7 * 24 * 360; i++)
            Assert.Empty(Feed(("north", 4, 0.2), ("south", 4, 0.2), ("east", 4, 0.2)));
    }

    [Fact]
    public void A_difference_smaller_than_what_is_tolerated_is_no_news_however_long_it_lasts()
    {
        for (var i = 0; i < 5000; i++)
            Assert.Empty(Feed(("north", 60, 0.2), ("south", 60, 0.24)));
    }

    [Fact]
    public void With_too_few_texts_there_is_no_judgement_and_an_open_alert_stays_open()
    {
        for (var i = 0; i < 12; i++)
            Feed(("north", 100, 0.2), ("south", 100, 0.6));
        Assert.True(_book.IsAnyActive(AlertKinds.Fairness));

        for (var i = 0; i < 100; i++)
        {
            Assert.Empty(Feed(("north", 100, 0.2), ("south", 0, 0)));
            if (i > 60)
                Assert.Equal(Judgement.Unclear, Judge(("north", 100, 0.2)).Judgement);
        }

        Assert.True(_book.IsAnyActive(AlertKinds.Fairness));
    }

    [Fact]
    public void A_group_with_too_few_texts_is_shown_as_insufficient_and_does_not_count()
    {
        Verdict verdict = null!;
        for (var i = 0; i < 12; i++)
            verdict = Judge(("north", 100, 0.2), ("south", 100, 0.6), ("tiny", 1, 1));

        var fairness = verdict.Raise().Fairness!;

        Assert.False(Assert.Single(fairness.Groups, static group => group.Group == "tiny").Sufficient);
        Assert.InRange(fairness.Difference, 0.3, 0.5);
        Assert.Contains("Too few texts to say anything of “tiny”", verdict.Raise().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_groups_are_compared_over_more_windows()
    {
        List<string> said = [];
        for (var i = 0; i < 60; i++)
            said.AddRange(Feed(("north", 8, 0.2), ("south", 8, 0.6)));

        Assert.Equal(["raised"], said);
    }

    [Fact]
    public void Looking_at_every_pair_does_not_inflate_the_betting_evidence()
    {
        // Ville: without any difference the wealth of one bettor ever reaches 1/α in at most a share α of all streams.
        const double Alpha = 0.05;
        var reached = 0;
        for (var stream = 0; stream < 400; stream++)
        {
            var random = new Random(stream);
            var detector = new BettingDetector();
            detector.BeginWindow();
            for (var pair = 0; pair < 2000; pair++)
            {
                detector.Update((random.NextDouble() < 0.3 ? 1 : 0) - (random.NextDouble() < 0.3 ? 1 : 0));
                if (detector.LogWealth < Math.Log(1 / Alpha))
                    continue;
                reached++;
                break;
            }
        }

        Assert.InRange(reached, 0, 28); // 20 expected at most, standard deviation 4.4
    }

    [Fact]
    public void The_betting_evidence_of_a_true_difference_passes_its_threshold_at_this_pair()
    {
        var random = new Random(1);
        var detector = new BettingDetector();
        detector.BeginWindow();
        var pair = 0;
        while (detector.LogWealth < Math.Log(1e5))
        {
            detector.Update((random.NextDouble() < 0.45 ? 1 : 0) - (random.NextDouble() < 0.2 ? 1 : 0));
            pair++;
        }

        Assert.Equal(242, pair);
    }

    [Fact]
    public void Texts_that_wait_for_their_pair_are_bounded_and_paired_oldest_first()
    {
        var evidence = new GroupEvidence();
        for (var i = 0; i < 100; i++)
            evidence.Update(ofGroup: false, selected: i == 0, tolerated: 0);
        Assert.Equal(64, evidence.WaitingCount);

        evidence.Update(ofGroup: true, selected: true, tolerated: 0);

        Assert.Equal(63, evidence.WaitingCount);
        Assert.Equal(0, evidence.Higher.Sum); // the oldest of the others was selected, too
        evidence.Update(ofGroup: true, selected: true, tolerated: 0);
        Assert.True(evidence.Higher.Sum > 0);
    }

    private List<string> Feed(params (string Group, int Texts, double Rate)[] groups) =>
        _book.Step(Judge(groups)) switch { { Raised: not null } => ["raised"], { Resolved: not null } => ["resolved"], _ => [] };

    /// <summary>One window of texts of several groups.</summary>
    private Verdict Judge(params (string Group, int Texts, double Rate)[] groups)
    {
        var window = new WindowCounts { Start = Start + _window++ * TimeSpan.FromSeconds(10) };
        var counts = window.Groups[Rule.Key()] = [];
        var texts = groups.SelectMany(static group => Enumerable.Repeat(group, group.Texts)).ToArray();
        _random.Shuffle(texts);
        foreach (var (group, _, rate) in texts)
        {
            var selected = _random.NextDouble() < rate;
            counts.TryAdd(group, new());
            counts[group].Add(selected);
        }
        return _detector.Judge(new(window, new(window.Start, window.Start.AddSeconds(10))))!;
    }
}
