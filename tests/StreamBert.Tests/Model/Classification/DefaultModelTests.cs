using StreamBert.Cli.Commands.Training;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Tests.Model.Classification;

/// <summary>Verifies that the default model is complete, small, and as accurate as its reports state.</summary>
public sealed class DefaultModelTests(DefaultModelTests.LoadedModel loaded) : IClassFixture<DefaultModelTests.LoadedModel>
{
    private static readonly string Directory = Path.Combine(AppContext.BaseDirectory, "models", "default");
    private readonly TextClassifier _model = loaded.Classifier;

    [Theory]
    [InlineData("Oil prices plunge as demand weakens and producers warn of losses", "sentiment", "negative")]
    [InlineData("Shares surge after the company beats estimates and raises its outlook", "sentiment", "positive")]
    [InlineData("Fed's Powell says the central bank will keep raising rates", "topic", "Fed | Central Banks")]
    [InlineData("The board declares a quarterly dividend of $0.24 a share", "topic", "Dividend")]
    [InlineData("I want to cancel my order, how do I do that?", "intent", "cancel_order")]
    public void Simple_sentences_are_classified_correctly(string text, string head, string label)
    {
        Assert.Equal(label, _model.Classify([_model.Encode(text)])[0].Heads[head].Label);
    }

    [Fact]
    public void Entities_are_found_in_the_same_pass()
    {
        const string text = "Microsoft opens an office in London, says Angela Merkel";

        Assert.Equal(
            [("Microsoft", "ORG"), ("London", "LOC"), ("Angela Merkel", "PER")],
            _model.Classify([_model.Encode(text)])[0].Entities!.Select(static entity => (entity.WithText(text).Text, entity.Type)));
    }

    [Fact]
    public void A_text_unlike_the_training_texts_has_a_higher_score_than_a_typical_one()
    {
        string[] texts = ["I want to cancel my order", "segfault at 0x7ffe in libc-2.31.so rip 4f2a"];
        var scores = _model.Classify([.. texts.Select(text => _model.Encode(text))])
            .Select(static answer => answer.Heads["intent"].OutOfDistribution!.Value).ToList();

        Assert.True(scores[0] < 0.99 && scores[1] > 0.99, string.Join(", ", scores));
    }

    [Fact]
    public void Web_addresses_are_read_as_one_token()
    {
        Assert.Equal(_model.Encode("oil slumps https://t.co/aB3xYz").Ids, _model.Encode("oil slumps http://example.com/a?b=1").Ids);
    }

    [Fact]
    public void It_has_labelled_texts_of_its_training_as_an_anchor()
    {
        var heads = ModelPackage.ReadAnchor(Directory).Select(static text => text.Head).Distinct();

        Assert.Equal(["intent", "sentiment", "topic"], heads.Order());
    }

    [Fact]
    public void The_package_has_a_reference_profile_of_financial_news()
    {
        var profile = ModelPackage.ReadProfile(Directory)!;

        Assert.Equal(4117, profile.Texts);
        Assert.Equal(["sentiment", "topic"], profile.Heads.Keys.Order());
        Assert.All(profile.Heads.Values, static head => Assert.Equal(4117, head.Labels.Values.Sum()));
        Assert.All(profile.Heads.Values, static head => Assert.Equal(4117, head.Confidences.Sum()));
        Assert.Equal(512, profile.Embeddings.Count);
    }

    [Fact]
    public void Scores_are_bitwise_independent_of_the_rest_of_the_batch()
    {
        var random = new Random(4);
        string[] words = ["shares", "oil", "refund", "profit", "falls", "card", "the", "outlook", "a", "bank", "25%", "Tuesday's",
            "unexpectedly", "rises"];
        var texts = Enumerable.Range(0, 60).Select(number => $"{number} {string.Join(' ', random.GetItems(words, random.Next(1, 40)))}")
            .ToArray();
        var alone = texts.ToDictionary(static text => text, text => Answer(_model.Classify([_model.Encode(text)])[0]));

        for (var round = 0; round < 5; round++)
        {
            random.Shuffle(texts);
            foreach (var batch in texts.Chunk(random.Next(2, 64)))
            {
                Assert.All(
                    batch.Zip(_model.Classify([.. batch.Select(text => _model.Encode(text))])),
                    pair => Assert.Equal(alone[pair.First], Answer(pair.Second)));
            }
        }
    }

    private static string Answer(ClassifiedText text) =>
        string.Join(
            ' ',
            text.Heads.SelectMany(static head => head.Value.Scores.Select(score => $"{head.Key}/{score.Key}={score.Value:R}")));

    [Fact]
    public void Its_scores_are_probabilities()
    {
        var answer = _model.Classify([_model.Encode("")])[0];

        Assert.All(answer.Heads.Values, static head => Assert.Equal(1, head.Scores.Values.Sum(), 1e-4));
        Assert.Equal(32, answer.Embedding.Length);
    }

    [Fact]
    public void It_has_at_most_eight_megabytes_beside_its_anchor_and_a_valid_checksum()
    {
        var files = new DirectoryInfo(Directory).EnumerateFiles().Where(static file => file.Name != "anchor.jsonl");
        Assert.InRange(files.Sum(static file => file.Length), 1, 8_000_000);
        Assert.Equal(ModelPackage.HashWeights(Directory), ModelPackage.ReadManifest(Directory).Sha256);
    }

    [Fact]
    public void Its_report_on_the_sentiment_test_set_is_reproduced()
    {
        SharedData.Require("twitter_fin_sentiment");
        var recipe = Recipe.Read(Path.Combine(Directory, "recipe.json"));
        var head = recipe.Heads.Single(static head => head.Name == "sentiment");
        var source = head.Sources.Single(static source => source.File.EndsWith("sent_valid.csv", StringComparison.Ordinal));
        var texts = source.ReadLabelledTexts(new RecipeFiles(recipe, SharedData.Require(".")).Reader)
            .Select(static row => new LabelledText(row.Text, "sentiment", row.Label))
            .ToList();

        var report = Evaluator.Evaluate(_model, texts, "sentiment", source.Name);

        var known = _model.Reports.Single(known => source.Name.EndsWith(known.Data, StringComparison.Ordinal));
        Assert.Equal(known.Accuracy, report.Accuracy, 0.002);
    }

    /// <summary>Loads the model once: no test changes it.</summary>
    public sealed class LoadedModel : IDisposable
    {
        internal TextClassifier Classifier { get; } = TextClassifier.Load(Directory);

        public void Dispose() => Classifier.Dispose();
    }
}
