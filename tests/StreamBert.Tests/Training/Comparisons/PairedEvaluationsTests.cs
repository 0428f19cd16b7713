using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using StreamBert.Training.Comparisons;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Comparisons;

public sealed class PairedEvaluationsTests
{
    private static readonly string[] Labels = ["negative", "positive"];

    [Fact]
    public void The_cells_of_each_version_and_the_right_answers_of_each_slice_are_counted()
    {
        var champion = Answers(("negative", "positive"), ("negative", "negative"), ("positive", "positive"));
        var candidate = Answers(("negative", "negative"), ("negative", "negative"), ("positive", "negative"));

        var evaluation = Assert.Single(PairedEvaluations.Create(
            [champion], [candidate], static (_, text) => text < 2 ? ["pipeline=news", "region=north"] : ["pipeline=news"]));

        Assert.Equal(("sentiment", "held-out feedback"), (evaluation.Head, evaluation.Data));
        Assert.Equal([new("negative", "negative", 2), new ConfusionCell("positive", "negative", 1)], evaluation.Candidate);
        Assert.Equal(3, evaluation.Champion.Sum(static cell => cell.Count));
        Assert.Equal([new("pipeline=news", 3, 2, 2), new EvaluatedSlice("region=north", 2, 1, 2)], evaluation.Slices);
    }

    private static HeadAnswers Answers(params (string Actual, string Predicted)[] texts) => new(
        "sentiment", TrainingDataset.FeedbackName, Labels,
        [.. texts.Select(static text => new EvaluatedText(text.Actual, text.Predicted, 0.9))]);
}
