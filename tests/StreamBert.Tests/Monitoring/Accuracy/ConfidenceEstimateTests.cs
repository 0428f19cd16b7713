using StreamBert.Contracts;
using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Tests.Monitoring.Accuracy;

public sealed class ConfidenceEstimateTests
{
    /// <summary>
    /// By hand, as NannyML defines the estimate: predictions a 0.9, a 0.6, b 0.8 with the scores of a 0.9, 0.6, 0.2 and of b 0.1, 0.4, 0.8.
    /// Expected accuracy (0.9 + 0.6 + 0.8)/3. Of a: true positives 1.5, false positives 0.5, false negatives 0.2. Of b: 0.8, 0.2, 0.5.
    /// </summary>
    [Fact]
    public void Accuracy_precision_recall_and_F1_follow_from_the_confidences()
    {
        var sums = Sums(("a", 0.9, 0.9), ("a", 0.6, 0.6), ("b", 0.8, 0.2));

        var estimate = ConfidenceEstimate.Of(sums, designEffect: 1, betweenHours: 0, hours: 1);
        var labels = ConfidenceEstimate.LabelsOf(sums, designEffect: 1);

        Assert.Equal((3, Math.Round(2.3 / 3, 6)), (estimate.Texts, estimate.Accuracy));
        var (a, b) = (labels["a"], labels["b"]);
        Assert.Equal((0.75, Math.Round(1.5 / 1.7, 6), Math.Round(3 / 3.7, 6)), (a.Precision, a.Recall, a.F1));
        Assert.Equal((0.8, Math.Round(0.8 / 1.3, 6), Math.Round(1.6 / 2.3, 6)), (b.Precision, b.Recall, b.F1));
        Assert.Equal(Math.Round((a.F1!.Value + b.F1!.Value) / 2, 6), ConfidenceEstimate.MacroF1(labels));
    }

    /// <summary>Closed form: given the confidences, the number of correct predictions has the variance Σc(1 − c).</summary>
    [Fact]
    public void The_interval_is_that_of_the_realised_share_of_correct_predictions()
    {
        var sums = Sums([.. Enumerable.Repeat(("a", 0.9, 0.9), 50), .. Enumerable.Repeat(("b", 0.6, 0.4), 50)]);
        var half = 1.959964 * Math.Sqrt(50 * 0.9 * 0.1 + 50 * 0.6 * 0.4) / 100;

        var interval = ConfidenceEstimate.Of(sums, designEffect: 1, betweenHours: 0, hours: 1).Interval!;
        var dependent = ConfidenceEstimate.Of(sums, designEffect: 4, betweenHours: 0, hours: 1).Interval!;
        var varying = ConfidenceEstimate.Of(sums, designEffect: 1, betweenHours: 0.0016, hours: 1).Interval!;

        Assert.Equal((0.75 - half, 0.75 + half), (interval.Low, interval.High), Within(1e-5));
        Assert.Equal(4 * half, dependent.High - dependent.Low, 1e-5);
        Assert.Equal(2 * 1.959964 * Math.Sqrt(half * half / 1.959964 / 1.959964 + 0.0016), varying.High - varying.Low, 1e-5);
    }

    /// <summary>
    /// The oracle is a simulation: true labels are drawn with the probabilities that the confidences and scores state. Those of labels are
    /// a little wide, because the spread of confidences within a label is not kept.
    /// </summary>
    [Fact]
    public void The_intervals_cover_the_realised_values_in_93_to_97_percent_of_streams_and_those_of_labels_in_no_less()
    {
        var (accuracy, precision, recall, f1) = (0, 0, 0, 0);
        const int Streams = 2000;
        for (var seed = 0; seed < Streams; seed++)
        {
            var (estimate, label, truth) = Simulate(new(seed), texts: 400);
            accuracy += IsIn(estimate.Interval!, truth.Accuracy);
            precision += IsIn(label.PrecisionInterval!, truth.Precision);
            recall += IsIn(label.RecallInterval!, truth.Recall);
            f1 += IsIn(label.F1Interval!, truth.F1);
        }

        Assert.InRange(accuracy / (double)Streams, 0.93, 0.97);
        Assert.All((int[])[precision, recall, f1], static covered => Assert.InRange(covered / (double)Streams, 0.93, 0.985));
    }

    [Fact]
    public void Without_scores_there_is_no_recall_and_without_texts_no_estimate()
    {
        var counts = SeriesCounts.ForAll();
        counts.Add("a", 0.9, isLate: false);
        var sums = new AccuracySums();
        sums.Add(counts);

        var label = ConfidenceEstimate.LabelsOf(sums, designEffect: 1)["a"];

        Assert.Equal((0.9, null, null), (label.Precision, label.Recall, label.F1));
        Assert.Null(ConfidenceEstimate.MacroF1(ConfidenceEstimate.LabelsOf(sums, designEffect: 1)));
        Assert.Equal((0L, null), (ConfidenceEstimate.Of(new(), 1, 0, 1).Texts, ConfidenceEstimate.Of(new(), 1, 0, 1).Accuracy));
    }

    private static (AccuracyEstimate All, LabelAccuracy Label, Realised Truth) Simulate(
        Random random, int texts)
    {
        var (drawn, correct, hits, predicted, positives) = (new List<(string, double, double)>(), 0, 0, 0, 0);
        for (var text = 0; text < texts; text++)
        {
            var score = random.NextDouble();
            var (isPredicted, isPositive) = (score >= 0.5, random.NextDouble() < score);
            drawn.Add((isPredicted ? "a" : "b", Math.Max(score, 1 - score), score));
            correct += isPredicted == isPositive ? 1 : 0;
            hits += isPredicted && isPositive ? 1 : 0;
            (predicted, positives) = (predicted + (isPredicted ? 1 : 0), positives + (isPositive ? 1 : 0));
        }
        var sums = Sums([.. drawn]);
        var truth = new Realised(
            correct / (double)texts, hits / (double)predicted, hits / (double)positives, 2.0 * hits / (predicted + positives));
        return (ConfidenceEstimate.Of(sums, 1, 0, 1), ConfidenceEstimate.LabelsOf(sums, 1)["a"], truth);
    }

    private static int IsIn(Interval interval, double value) => value >= interval.Low && value <= interval.High ? 1 : 0;

    /// <summary>Sums texts of two labels.</summary>
    private static AccuracySums Sums(params (string Label, double Confidence, double ScoreOfA)[] texts)
    {
        var counts = SeriesCounts.ForAll();
        foreach (var (label, confidence, score) in texts)
        {
            counts.Add(label, confidence, isLate: false);
            counts.AddScores(["a", "b"], [score, 1 - score]);
        }
        counts.ClusterSquares = counts.Count;
        var sums = new AccuracySums();
        sums.Add(counts);
        return sums;
    }

    private static IEqualityComparer<(double, double)> Within(double tolerance) => EqualityComparer<(double, double)>.Create(
        (a, b) => Math.Abs(a.Item1 - b.Item1) < tolerance && Math.Abs(a.Item2 - b.Item2) < tolerance, static _ => 0);

    private sealed record Realised(double Accuracy, double Precision, double Recall, double F1);
}
