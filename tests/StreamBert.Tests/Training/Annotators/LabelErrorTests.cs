using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

public sealed class LabelErrorTests
{
    [Fact]
    public void With_certain_predictions_it_is_the_share_of_the_labels_that_differ()
    {
        var probabilities = Enumerable.Repeat(0.99, 70).Concat(Enumerable.Repeat(0.01, 30)).ToList();

        // 0.3 of the labels differ, of which the model expects 0.01 to be right: (0.3 − 0.01) / 0.98.
        Assert.Equal(0.296, LabelError.Estimate(probabilities, 2), 0.001);
    }

    [Fact]
    public void Predictions_that_say_nothing_prove_no_errors() =>
        Assert.Equal(0, LabelError.Score(0.5, 2, 0.1), 12);

    [Fact]
    public void A_label_that_the_model_expects_lowers_the_estimate_and_another_raises_it()
    {
        Assert.True(LabelError.Score(0.9, 3, 0.1) < 0);
        Assert.True(LabelError.Score(0.05, 3, 0.1) > 0);
    }
}
