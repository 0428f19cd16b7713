using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Tests.Model.Datasets.Duplicates;

public sealed class EvaluationOverlapsTests
{
    private const string Text = "a b c d e f g h i j k l";

    [Theory]
    [InlineData("A b c d E f g h i j k l", EvaluationOverlap.Twin)]
    [InlineData("a b c d e f g h i j k l m", EvaluationOverlap.NearDuplicate)]
    [InlineData("z y x w", EvaluationOverlap.None)]
    [InlineData("", EvaluationOverlap.None)]
    public void A_training_text_is_compared_with_each_text_of_the_evaluation(string text, EvaluationOverlap expected)
    {
        var overlaps = EvaluationOverlaps.Find(LetterEncoder.Create(), [text, "0 1 2 3 4"], ["z z", Text, ""]);

        Assert.Equal([expected, EvaluationOverlap.None], overlaps);
    }

    [Fact]
    public void Near_duplicates_within_the_training_texts_do_not_matter() => Assert.Equal(
        [EvaluationOverlap.None, EvaluationOverlap.None],
        EvaluationOverlaps.Find(LetterEncoder.Create(), [Text, Text + " m"], ["0 1 2"]));
}
