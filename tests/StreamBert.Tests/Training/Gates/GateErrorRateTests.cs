using StreamBert.Contracts;
using StreamBert.Model.Datasets;
using StreamBert.Training.Gates;

namespace StreamBert.Tests.Training.Gates;

/// <summary>Simulates candidates whose true gain is known, each evaluated on texts that no other was evaluated on.</summary>
public sealed class GateErrorRateTests
{
    private const int Candidates = 2000;
    private static readonly GateOptions Options = new();

    /// <summary>Oracle: the candidates are exactly as accurate as the champion; random label noise decides who seems better.</summary>
    [Theory]
    [InlineData(1, 30)]
    [InlineData(1, 150)]
    [InlineData(3, 50)]
    public void At_most_five_percent_of_candidates_without_a_gain_pass_as_better(int heads, int texts)
    {
        var random = new Random(11);

        var passed = Enumerable.Range(0, Candidates).Count(_ => HasPassed(FeedbackGates.Gain(
            [.. Enumerable.Range(0, heads).Select(head => Draw(random, $"head{head}", texts, lost: 0.12, gained: 0.12))], Options)));

        Assert.InRange(passed / (double)Candidates, 0.001, 0.05);
    }

    [Fact]
    public void Nine_of_ten_candidates_with_a_gain_of_fifteen_points_pass_as_better()
    {
        var random = new Random(12);

        var passed = Enumerable.Range(0, Candidates).Count(_ =>
            HasPassed(FeedbackGates.Gain([Draw(random, "head", 100, lost: 0.05, gained: 0.2)], Options)));

        Assert.InRange(passed / (double)Candidates, 0.9, 1);
    }

    /// <summary>Oracle: simulated candidates with the gain of the refused one, each on as many texts as the refusal names.</summary>
    [Fact]
    public void A_refusal_names_the_number_of_texts_that_show_the_gain_in_nine_of_ten_cases()
    {
        var refused = FeedbackGates.Gain([TestComparison.Create("head", 71, onlyChampion: 10, onlyCandidate: 19)], new());
        Assert.EndsWith("by about 303 held-out texts", refused.Text, StringComparison.Ordinal);
        var random = new Random(15);

        var passed = Enumerable.Range(0, Candidates).Count(_ =>
            HasPassed(FeedbackGates.Gain([Draw(random, "head", 303, lost: 0.1, gained: 0.19)], Options)));

        Assert.InRange(passed / (double)Candidates, 0.86, 0.93);
    }

    /// <summary>The claim of <see cref="AnchorSample"/> on the size of the anchor.</summary>
    [Theory]
    [InlineData(0.03, 0.03, 0.95, 1)]
    [InlineData(0.04, 0.02, 0.02, 0.065)] // exactly the margin worse
    [InlineData(0.06, 0.01, 0, 0.001)]
    public void The_anchor_passes_an_equal_candidate_and_stops_a_worse_one(double lost, double gained, double least, double most)
    {
        var random = new Random(13);

        var passed = Enumerable.Range(0, Candidates).Count(_ => HasPassed(RetentionGates.NotWorse(
            Draw(random, "head", AnchorSample.EvaluationTexts, lost, gained), Options)));

        Assert.InRange(passed / (double)Candidates, least, most);
    }

    /// <summary>Oracle: the candidates are as accurate as the champion for each of four groups.</summary>
    [Fact]
    public void At_most_five_percent_of_candidates_that_are_worse_for_no_group_are_refused()
    {
        var random = new Random(14);

        var refused = Enumerable.Range(0, Candidates).Count(_ => FairnessGate.Evaluate(
            [
                TestComparison.Join([.. Enumerable.Range(0, 4).Select(group =>
                    ($"region={group}", Draw(random, "head", 40, lost: 0.12, gained: 0.12)))]),
            ],
            Options).Any(static gate => gate.Outcome == GateResult.Failed));

        Assert.InRange(refused / (double)Candidates, 0.001, 0.05);
    }

    private static bool HasPassed(GateResult gate) => gate.Outcome == GateResult.Passed;

    /// <summary>Draws answers: only the champion is right with one probability, only the candidate with another, else both.</summary>
    private static HeadComparison Draw(Random random, string head, int texts, double lost, double gained)
    {
        var draws = Enumerable.Range(0, texts).Select(_ => random.NextDouble()).ToList();
        var onlyChampion = draws.Count(draw => draw < lost);
        var onlyCandidate = draws.Count(draw => draw >= lost && draw < lost + gained);
        return TestComparison.Create(head, texts - onlyChampion - onlyCandidate, onlyChampion, onlyCandidate);
    }
}
