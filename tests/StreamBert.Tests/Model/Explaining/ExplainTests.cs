using StreamBert.Model;
using StreamBert.Model.Explaining;

namespace StreamBert.Tests.Model.Explaining;

/// <summary>Explanations of the model that ships, and of Hugging Face checkpoints of every architecture.</summary>
public sealed class ExplainTests
{
    private const string Text = "Oil prices plunge as demand weakens, shares of producers fall sharply.";
    private static readonly string Default = Path.Combine(AppContext.BaseDirectory, "models", "default");

    [Theory]
    [InlineData("sentiment")]
    [InlineData("topic")]
    [InlineData("intent")]
    public void The_predicted_label_is_explained_by_words_that_add_up(string head)
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
    public void An_explanation_that_nobody_wants_any_more_ends()
    {
        using var model = TextClassifier.Load(Default);
        using var gone = new CancellationTokenSource();
        gone.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => model.Explain(Text, "sentiment", cancellation: gone.Token));
    }

    [Fact]
    public void A_word_that_speaks_for_a_label_is_named_as_such()
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
    public void A_text_without_words_is_explained_by_none()
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
    public void What_the_model_does_not_know_is_refused_by_name(string head, string? label, string reason)
    {
        using var model = TextClassifier.Load(Default);

        Assert.Contains(reason, Assert.Throws<ExplanationException>(
            () => model.Explain(Text, head, label, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_in_int8_says_that_it_has_no_gradients()
    {
        using var model = TextClassifier.Load(Default, new ComputeOptions(Dtype: ComputeOptions.Int8));

        Assert.Contains("int8", Assert.Throws<ExplanationException>(
            () => model.Explain(Text, "sentiment", cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert-uncased-seqcls")]
    [InlineData("bert-chinese-seqcls")]
    [InlineData("distilbert-seqcls")]
    [InlineData("roberta-seqcls")]
    [InlineData("bert-multilabel-short")]
    public void Every_kind_of_checkpoint_is_explained(string checkpoint)
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
            () => model.Explain(Text, model.Heads[0].Name, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }
}
