using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Tests.Model;
using StreamBert.Training;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Datasets;

public sealed class TrainingDatasetBuilderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TextClassifier _champion;

    public TrainingDatasetBuilderTests()
    {
        TinyModel.Save(_folder["tiny"], "tiny-v1");
        _champion = TextClassifier.Load(_folder["tiny"]);
    }

    public void Dispose()
    {
        _champion.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Heads_with_an_anchor_rehearse_it_and_the_others_the_predictions_of_the_champion()
    {
        var dataset = Build([Feedback("good report n1 n2", 0)], ["oil prices n1 n2 n3", "bank shares n4 n5 n6"],
            [
                new("bad prices", "sentiment", "negative", AnchorText.TrainingPart),
                new("good prices", "sentiment", "positive", AnchorText.EvaluationPart),
            ]);

        Assert.Equal(["topic"], dataset.Replay.Train.Concat(dataset.Replay.HeldOut).Select(static text => text.Head).Distinct());
        Assert.Contains(new LabelledText("bad prices", "sentiment", "negative"), dataset.Train.Rehearsal);
        Assert.Equal([new LabelledText("good prices", "sentiment", "positive")], dataset.Train.Calibration);
        Assert.DoesNotContain(dataset.Train.Calibration[0], dataset.Train.Rehearsal);
    }

    [Fact]
    public void A_recent_text_that_resembles_one_with_feedback_is_not_replayed()
    {
        const string text = "good report n1 n2 n3 n4 n5 n6 n7 n8 n9";

        var dataset = Build([Feedback(text, 0)], [text + " n10", "bank shares n4"]);

        Assert.Equal(["bank shares n4"], dataset.Recent);
    }

    [Fact]
    public void Feedback_is_trained_on_once_a_run_has_evaluated_on_it_or_on_a_text_like_it()
    {
        var feedback = Enumerable.Range(0, 60).Select(static n => Feedback($"good report n{n} n{n / 2} oil n{n / 3}", n)).ToList();
        var again = feedback[3] with { Label = "negative", Positions = [new(Topics.Feedback, 0, 3), new(Topics.Feedback, 0, 60)] };

        var dataset = Build([.. feedback, again], [], evaluated: 40);

        Assert.NotEmpty(dataset.Feedback.HeldOut);
        Assert.Subset(
            feedback.Skip(40).Select(static label => label.Text).ToHashSet(),
            dataset.Feedback.HeldOut.Select(static text => text.Text).ToHashSet());
    }

    [Fact]
    public void Feedback_on_a_text_that_the_model_was_trained_on_is_not_evaluated_on()
    {
        var feedback = Enumerable.Range(0, 40).Select(static n => Feedback($"good report n{n} n{n / 2} oil", n)).ToList();
        var trained = feedback.Take(30).Select(static label => new AnchorText(
            label.Text.ToUpperInvariant(), "sentiment", "positive", AnchorText.TrainingPart));

        var dataset = Build(feedback, [], [.. trained]);

        Assert.NotEmpty(dataset.Feedback.HeldOut);
        Assert.Subset(
            feedback.Skip(30).Select(static label => label.Text).ToHashSet(),
            dataset.Feedback.HeldOut.Select(static text => text.Text).ToHashSet());
    }

    private TrainingDataset Build(
        IReadOnlyList<LabelledFeedback> feedback, IReadOnlyList<string> recent, IReadOnlyList<AnchorText>? anchor = null,
        long evaluated = 0)
    {
        var before = EvaluatedFeedback.Of([]).Add(feedback.Where(label => label.Positions.All(position => position.Offset < evaluated)));
        return new TrainingDatasetBuilder(
            _champion, InputEncoder.Load(_folder["tiny"]), anchor ?? [], before, new TrainingOptions { ReplayConfidence = 0 })
            .Build(feedback, recent, TestContext.Current.CancellationToken);
    }

    private static LabelledFeedback Feedback(string text, int offset) =>
        new(text, "sentiment", "positive", TrainingBench.Start) { Positions = [new(Topics.Feedback, 0, offset)] };
}
