using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Heads;

public sealed class ZeroShotHeadTests : IDisposable
{
    private const string Template = "The news is about {}.";
    private static readonly string[] Labels = ["energy", "money", "sport"];
    private readonly TempFolder _folder = new();

    public ZeroShotHeadTests() => NliCheckpoint.Save(_folder.Path, "Contradiction", "neutral", "ENTAILMENT");

    [Fact]
    public void Scores_are_the_softmax_of_each_label_s_entailment_logit()
    {
        using var model = TextClassifier.LoadZeroShot(_folder.Path, Labels, Template);
        const string Text = "oil prices fall";

        var answer = model.Classify([model.Encode(Text)])[0].Heads["label"];

        var entailment = Labels.Select(label => Math.Exp(PairLogits(Text, label)[2])).ToArray();
        Assert.All(Labels.Zip(entailment), pair => Assert.Equal(pair.Second / entailment.Sum(), answer.Scores[pair.First], 1e-5));
        Assert.Equal(Labels[Array.IndexOf(entailment, entailment.Max())], answer.Label);
    }

    [Fact]
    public void With_several_labels_each_is_the_softmax_of_entailment_and_contradiction()
    {
        using var model = TextClassifier.LoadZeroShot(_folder.Path, Labels, Template, multiLabel: true);
        const string Text = "banks rise";

        var answer = model.Classify([model.Encode(Text)])[0].Heads["label"];

        Assert.All(Labels, label =>
        {
            var logits = PairLogits(Text, label);
            Assert.Equal(1 / (1 + Math.Exp(logits[0] - logits[2])), answer.Scores[label], 1e-5);
            Assert.Equal(answer.Scores[label] > 0.5, answer.Labels!.Contains(label));
        });
    }

    [Fact]
    public void Texts_of_many_lengths_have_the_same_logits_in_a_batch_as_alone()
    {
        string[] words = ["oil", "prices", "fall", "banks", "rise"];
        using var model = TextClassifier.LoadZeroShot(_folder.Path, Labels);
        var random = new Random(1);
        var texts = Enumerable.Range(0, 200).Select(_ => model.Encode(string.Join(' ', random.GetItems(words, random.Next(0, 30)))))
            .ToList();

        var together = model.Classify(texts);

        Assert.All(texts.Zip(together), pair =>
        {
            var alone = model.Classify([pair.First])[0].Logits["label"];
            Assert.All(alone.Zip(pair.Second.Logits["label"]), static logits => Assert.Equal(logits.First, logits.Second, 1e-5f));
        });
    }

    [Fact]
    public void A_long_text_is_truncated_so_that_the_hypothesis_fits()
    {
        using var model = TextClassifier.LoadZeroShot(_folder.Path, Labels, Template);

        var encoded = model.Encode(string.Join(' ', Enumerable.Repeat("oil", 100)));

        Assert.True(encoded.IsTruncated);
        Assert.Equal(40 - "the news is about energy . [SEP]".Split(' ').Length, encoded.Length);
        Assert.Equal(1, model.Classify([encoded])[0].Heads["label"].Scores.Values.Sum(), 1e-4);
    }

    [Fact]
    public void A_package_may_have_zero_shot_heads_beside_others()
    {
        File.WriteAllText(_folder["streambert.json"], """
            { "version": "nli", "maxTokens": 40, "heads": [
                { "name": "judgement", "labels": ["Contradiction", "neutral", "ENTAILMENT"], "pooling": "cls" },
                { "name": "theme", "task": "zero-shot", "labels": ["energy", "money", "sport"], "template": "The news is about {}." },
                { "name": "tags", "task": "zero-shot-multi-label", "labels": ["oil", "banks"] }] }
            """);
        using var model = TextClassifier.Load(_folder.Path);
        using var adHoc = TextClassifier.LoadZeroShot(_folder.Path, Labels, Template);

        var answer = model.Classify([model.Encode("oil prices fall")])[0];

        Assert.Equal(["judgement", "theme", "tags"], answer.Heads.Keys);
        Assert.Equal(adHoc.Classify([adHoc.Encode("oil prices fall")])[0].Heads["label"].Scores, answer.Heads["theme"].Scores);
        Assert.NotNull(answer.Heads["tags"].Labels);
    }

    [Fact]
    public void A_label_is_explained_by_the_words_of_the_text_only()
    {
        using var model = TextClassifier.LoadZeroShot(_folder.Path, Labels, Template);

        var explanation = model.Explain("oil prices fall", "label", "money", cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(["oil", "prices", "fall"], explanation.Words.Select(static word => word.Text));
        Assert.Equal(PairLogits("oil prices fall", "money")[2], explanation.Score, 1e-5);
        Assert.InRange(explanation.CompletenessGap.Relative, 0, 0.05);
    }

    [Theory]
    [InlineData("The news is about it.", "no placeholder {} for the label", "energy")]
    [InlineData("The news is about {}.", "needs labels", "energy", "energy")]
    [InlineData("The news is about {}.", "needs labels")]
    [InlineData(
        "the the the the the the the the the the the the the the the the the the the the {}",
        "take up to 22 of 40 tokens",
        "energy")]
    public void Invalid_templates_and_labels_are_refused_with_the_reason(string template, string reason, params string[] labels)
    {
        var error = Assert.Throws<ModelPackageException>(() => TextClassifier.LoadZeroShot(_folder.Path, labels, template));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_without_an_entailment_label_is_refused()
    {
        NliCheckpoint.Save(_folder.Path, "negative", "positive");

        var error = Assert.Throws<ModelPackageException>(() => TextClassifier.LoadZeroShot(_folder.Path, Labels));

        Assert.Contains("negative, positive", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Computes the logits of the checkpoint for [CLS] text [SEP] hypothesis [SEP], outside a batch.</summary>
    private float[] PairLogits(string text, string label)
    {
        var package = ModelPackage.Load(_folder.Path, [new() { Name = "plain", Labels = ["c", "n", "e"], Pooling = Pooling.Cls }]);
        using var network = package.Network;
        using var scope = NewDisposeScope();
        var pair = package.Tokenizer.Encode(text, $"the news is about {label}.", 40);
        using var batch = PackedBatch.Create([pair.Ids], CPU, [pair.SecondTextStart]);
        return network.ComputeLogits(network.Encoder.Forward(batch), batch, network.Heads[0], 0).data<float>().ToArray();
    }

    public void Dispose() => _folder.Dispose();
}
