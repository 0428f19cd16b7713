using StreamBert.Model.Datasets;

namespace StreamBert.Tests.Model.Datasets;

public sealed class AnchorSampleTests
{
    [Fact]
    public void Each_label_has_its_share_of_each_part()
    {
        var anchor = AnchorSample.Draw(Texts(0, 4000), [.. Texts(4000, 4000)]);

        AssertMix(anchor, AnchorText.EvaluationPart, AnchorSample.EvaluationTexts);
        AssertMix(anchor, AnchorText.TrainingPart, AnchorSample.TrainingTexts);
    }

    [Fact]
    public void The_draw_does_not_depend_on_the_order_of_the_texts()
    {
        var texts = Texts(0, 3000).ToArray();
        var shuffled = texts.ToArray();
        new Random(1).Shuffle(shuffled);

        Assert.Equal(AnchorSample.Draw([], texts), AnchorSample.Draw([], shuffled));
    }

    [Fact]
    public void A_held_out_text_is_in_no_training_part()
    {
        var anchor = AnchorSample.Draw(Texts(0, 100), [.. Texts(50, 100)]);

        Assert.Equal(100, anchor.Count(static text => text.Part == AnchorText.EvaluationPart));
        Assert.Equal(50, anchor.Count(static text => text.Part == AnchorText.TrainingPart));
        Assert.Equal(150, anchor.DistinctBy(static text => text.Text).Count());
    }

    [Fact]
    public void A_repeated_text_is_drawn_once() =>
        Assert.Single(AnchorSample.Draw([], [new("rates rise", "topic", "macro"), new("rates rise", "topic", "macro")]));

    /// <summary>A quarter of the texts is negative.</summary>
    private static void AssertMix(IReadOnlyList<AnchorText> anchor, string part, int count)
    {
        var texts = anchor.Where(text => text.Part == part).ToList();
        Assert.Equal(count, texts.Count);
        Assert.InRange(texts.Count(static text => text.Label == "negative"), count / 4 - 1, count / 4 + 1);
    }

    private static IEnumerable<LabelledText> Texts(int first, int count) => Enumerable.Range(first, count)
        .Select(static n => new LabelledText($"text number {n}", "sentiment", n % 4 == 0 ? "negative" : "positive"));
}
