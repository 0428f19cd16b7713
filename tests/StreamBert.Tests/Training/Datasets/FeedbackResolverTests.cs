using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Datasets;

public sealed class FeedbackResolverTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streambert-resolver-");
    private readonly InputEncoder _encoder;
    private int _second;

    public FeedbackResolverTests()
    {
        TinyModel.Save(_folder.FullName, "default-v1");
        _encoder = InputEncoder.Load(_folder.FullName);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Texts_that_the_model_reads_identically_have_one_label_decided_by_all_annotators()
    {
        var resolved = Resolve(
            Label("Oil prices today", "negative", "anna"), Label("oil  PRICES today", "neutral", "ben"),
            Label("OIL prices today", "negative", "carl"));

        var label = Assert.Single(resolved.Labels);
        Assert.Equal(("Oil prices today", "negative"), (label.Text, label.Label));
        Assert.Equal(["anna", "carl"], label.Annotators);
        Assert.Equal(3, resolved.Given.Count);
    }

    [Fact]
    public void A_tie_keeps_no_label_and_is_counted()
    {
        var resolved = Resolve(
            Label("oil prices", "negative", "anna"), Label("oil prices", "neutral", "ben"), Label("bank shares", "positive", "ben"));

        Assert.Equal("bank shares", Assert.Single(resolved.Labels).Text);
        Assert.Equal(2, resolved.Excluded[ExclusionReason.Conflict]);
        var agreement = Assert.Single(resolved.Agreement);
        Assert.Equal((2, 1, 1), (agreement.Texts, agreement.SharedTexts, agreement.Conflicts));
    }

    [Fact]
    public void A_later_label_of_the_same_annotator_on_a_text_read_identically_replaces_the_earlier_one()
    {
        var resolved = Resolve(Label("oil prices", "negative", "anna"), Label("OIL prices", "neutral", "anna"));

        Assert.Equal("neutral", Assert.Single(resolved.Labels).Label);
        Assert.Empty(resolved.Excluded);
    }

    [Fact]
    public void Near_duplicates_keep_their_labels_and_are_in_one_group()
    {
        var words = string.Join(' ', Enumerable.Range(0, 20).Select(static n => $"n{n}"));

        var resolved = Resolve(
            Label($"{words} good", "positive", "anna"), Label($"{words} bad", "negative", "ben"), Label("oil prices", "neutral", "ben"));

        Assert.Equal(["positive", "negative", "neutral"], resolved.Labels.Select(static label => label.Label));
        Assert.Equal(resolved.Labels[0].Group, resolved.Labels[1].Group);
        Assert.NotEqual(resolved.Labels[0].Group, resolved.Labels[2].Group);
    }

    [Fact]
    public void A_text_of_which_the_model_reads_nothing_is_left_out_and_counted() =>
        Assert.Equal(1, Resolve(Label(" \u200b ", "neutral", "anna"), Label("oil", "neutral", "anna")).Excluded[ExclusionReason.NoTokens]);

    private ResolvedFeedback Resolve(params IReadOnlyList<LabelledFeedback> labels) =>
        FeedbackResolver.Resolve(new(labels, new Dictionary<string, int>()), _encoder);

    private LabelledFeedback Label(string text, string label, string annotator) =>
        new(text, "sentiment", label, TrainingBench.Start.AddSeconds(_second++)) { Annotators = [annotator], Pipeline = "news" };
}
