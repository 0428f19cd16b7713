using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Explaining;

namespace StreamBert.Tests.Model.Explaining;

/// <summary>Explains the default model, and Hugging Face checkpoints of every architecture.</summary>
public sealed class ExplainerTests
{
    private const string Text = "Oil prices plunge as demand weakens, shares of producers fall sharply.";
    private static readonly string Default = Path.Combine(AppContext.BaseDirectory, "models", "small");

    [Theory]
    [InlineData("sentiment")]
    [InlineData("topic")]
    [InlineData("intent")]
    public void The_attributions_of_the_predicted_label_sum_to_its_score_difference(string head)
    {
        using var model = TextClassifier.Load(Default);
        var answer = model.Classify([model.Encode(Text)])[0];

        var explanation = model.Explain(Text, head, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(answer.Heads[head].Label, explanation.Label);
        Assert.Equal(answer.Logits[head].Max(), explanation.Score, 1e-4);
        Assert.InRange(explanation.CompletenessGap.Relative, 0, 0.05);
        Assert.Equal(
            explanation.Score - explanation.BaselineScore,
            explanation.Words.Sum(static word => word.Attribution),
            explanation.CompletenessGap.Absolute + 1e-6);
        Assert.All(explanation.Words, static word => Assert.Equal(Text[word.Start..word.End], word.Text));
    }

    [Fact]
    public void A_cancelled_explanation_stops()
    {
        using var model = TextClassifier.Load(Default);
        using var gone = new CancellationTokenSource();
        gone.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => model.Explain(Text, "sentiment", cancellation: gone.Token));
    }

    [Fact]
    public void An_indicative_word_has_the_highest_attribution()
    {
        using var model = TextClassifier.Load(Default);

        var explanation = model.Explain(
            "Shares plunge after the company warns of losses",
            "sentiment",
            "negative",
            cancellation: TestContext.Current.CancellationToken);

        Assert.Contains(explanation.Words.MaxBy(static word => word.Attribution)!.Text, (string[])["plunge", "warns", "losses"]);
    }

    [Fact]
    public void A_text_without_words_has_no_attributions()
    {
        using var model = TextClassifier.Load(Default);

        var explanation = model.Explain("", "sentiment", cancellation: TestContext.Current.CancellationToken);

        Assert.Empty(explanation.Words);
        Assert.Equal(explanation.BaselineScore, explanation.Score);
        Assert.Equal(0, explanation.CompletenessGap.Relative);
    }

    [Theory]
    [InlineData("mood", null, "it has sentiment, topic, intent")]
    [InlineData("sentiment", "glad", "no label 'glad'")]
    public void Unknown_heads_and_labels_are_refused_by_name(string head, string? label, string reason)
    {
        using var model = TextClassifier.Load(Default);

        Assert.Contains(reason, Assert.Throws<ExplanationException>(
            () => model.Explain(Text, head, label, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_in_int8_has_nearly_the_explanation_of_float32()
    {
        using TextClassifier full = TextClassifier.Load(Default),
            quantized = TextClassifier.Load(Default, new ComputeOptions(Dtype: ComputeOptions.Int8));

        var expected = full.Explain(Text, "sentiment", cancellation: TestContext.Current.CancellationToken);
        var actual = quantized.Explain(Text, "sentiment", expected.Label, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(expected.Score, actual.Score, 0.2);
        Assert.Equal(
            expected.Words.MaxBy(static word => word.Attribution)!.Start, actual.Words.MaxBy(static word => word.Attribution)!.Start);
    }

    [Theory]
    [InlineData("bert-uncased-seqcls")]
    [InlineData("bert-chinese-seqcls")]
    [InlineData("distilbert-seqcls")]
    [InlineData("roberta-seqcls")]
    [InlineData("bert-multilabel-short")]
    public void Checkpoints_of_every_architecture_are_explained(string checkpoint)
    {
        using var model = TextClassifier.Load(SharedData.Require(Path.Combine("hf_golden", checkpoint)));

        var explanation = model.Explain(
            "Oil prices fall 5%, 油价 banks rise!",
            model.Heads[0].Name,
            cancellation: TestContext.Current.CancellationToken);

        Assert.InRange(explanation.CompletenessGap.Relative, 0, 0.05);
        Assert.NotEmpty(explanation.Words);
    }

    [Fact]
    public void A_head_that_labels_tokens_is_refused()
    {
        using var model = TextClassifier.Load(SharedData.Require(Path.Combine("hf_golden", "bert-cased-tokencls")));

        Assert.Contains("every token", Assert.Throws<ExplanationException>(
            () => model.Explain(Text, model.Heads[0].Name, cancellation: TestContext.Current.CancellationToken)).Message,
                StringComparison.Ordinal);
    }
}
