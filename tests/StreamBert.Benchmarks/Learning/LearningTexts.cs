using System.Globalization;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;

namespace StreamBert.Benchmarks.Learning;

/// <summary>Texts of a domain with the labels of a head: some to give feedback on, others to measure the accuracy on.</summary>
/// <param name="Name">The name of the domain.</param>
/// <param name="Head">The head that the labels belong to.</param>
/// <param name="Feedback">The texts to give feedback on.</param>
/// <param name="Test">The texts to measure the accuracy on, which no version sees.</param>
internal sealed record LearningTexts(
    string Name, string Head, IReadOnlyList<(string Text, string Label)> Feedback, IReadOnlyList<(string Text, string Label)> Test)
{
    private const string Sentiment = "sentiment", Topic = "topic", Intent = "intent";
    private const int Parts = 3, FeedbackPart = 0, TestPart = 1, AnchorPart = 2;
    private static readonly string[] FinanceLabels = ["negative", "positive", "neutral"];

    /// <summary>Reads two thirds of the finance tweets that the model was not trained on.</summary>
    public static LearningTexts ReadFinance(string data) =>
        new("finance", Sentiment, ReadFinance(data, FeedbackPart), ReadFinance(data, TestPart));

    /// <summary>Reads all finance tweets that a model of the recipe was not trained on, to measure the accuracy on.</summary>
    public static LearningTexts ReadFinanceTest(string data) =>
        new("finance", Sentiment, [], Read(data, "twitter_fin_sentiment/sent_valid.csv", "text", "label", FinanceLabels));

    /// <summary>Reads topics of finance tweets to measure the accuracy on.</summary>
    public static LearningTexts ReadTopics(string data, TextClassifier model) =>
        new("topics", Topic, [], Read(data, "twitter_fin_topic/topic_valid.csv", "text", "label", FindTopics(model.Heads)));

    /// <summary>Reads requests about orders to measure the accuracy on.</summary>
    public static LearningTexts ReadOrders(string data) =>
        new("orders", Intent, [], Read(data, "bitext_support/test.csv", "utterance", "intent"));

    /// <summary>Reads questions to a bank.</summary>
    public static LearningTexts ReadBanking(string data) => new(
        "banking", Intent, Read(data, "banking77/train.csv", "text", "category"), Read(data, "banking77/test.csv", "text", "category"));

    /// <summary>Reads reviews of restaurants, hotels and goods.</summary>
    public static LearningTexts ReadReviews(string data) => new(
        "reviews", Sentiment,
        [.. Read(data, "nusax_senti/english/train.csv", "text", "label"), .. Read(data, "nusax_senti/english/valid.csv", "text", "label")],
        Read(data, "nusax_senti/english/test.csv", "text", "label"));

    /// <summary>Reads comments of a general domain, which the model was not trained on.</summary>
    public static LearningTexts ReadComments(string data) => new(
        "comments", Sentiment, Read(data, "goemotions/train.csv", "text", "label"), Read(data, "goemotions/test.csv", "text", "label"));

    /// <summary>Returns the anchor of a package; one is drawn for the shipped model <c>small</c>, which has none.</summary>
    public static IReadOnlyList<AnchorText> FindAnchor(
        string package, string data, IReadOnlyList<HeadInfo> heads, bool hasFeedbackOnFinance) =>
        ModelPackage.ReadAnchor(package) is { Count: > 0 } own ? own : DrawAnchor(data, heads, hasFeedbackOnFinance);

    /// <summary>
    /// Draws the anchor of the model <c>small</c>: an evaluation part from texts that it was not trained on, except finance tweets that are
    /// measured on or given feedback on, and a training part from those that it was trained on.
    /// </summary>
    private static IReadOnlyList<AnchorText> DrawAnchor(string data, IReadOnlyList<HeadInfo> heads, bool hasFeedbackOnFinance)
    {
        int[] parts = hasFeedbackOnFinance ? [AnchorPart] : [AnchorPart, FeedbackPart];
        var topics = FindTopics(heads);
        return AnchorSample.Draw(
            [
                .. ToHead(Sentiment, Read(data, "twitter_fin_sentiment/sent_train.csv", "text", "label", FinanceLabels)),
                .. ToHead(Topic, Read(data, "twitter_fin_topic/topic_train.csv", "text", "label", topics)),
                .. ToHead(Intent, Read(data, "bitext_support/train.csv", "utterance", "intent")),
            ],
            [
                .. ToHead(Sentiment, parts.SelectMany(part => ReadFinance(data, part))),
                .. ToHead(Topic, Read(data, "twitter_fin_topic/topic_valid.csv", "text", "label", topics)),
                .. ToHead(Intent, Read(data, "bitext_support/test.csv", "utterance", "intent")),
            ]);
    }

    /// <summary>Returns the model's head that the labels belong to.</summary>
    public HeadInfo FindHead(TextClassifier model) => model.Heads.First(head => head.Name == Head);

    private static IReadOnlyList<string> FindTopics(IReadOnlyList<HeadInfo> heads) => heads.First(static head => head.Name == Topic).Labels;

    /// <summary>Draws texts to give feedback on.</summary>
    public IReadOnlyList<(string Text, string Label)> Draw(int count, Random random)
    {
        var shuffled = Feedback.ToArray();
        random.Shuffle(shuffled);
        return shuffled[..Math.Min(count, shuffled.Length)];
    }

    /// <summary>Evaluates a model on the test texts.</summary>
    public ClassificationReport Evaluate(TextClassifier model) => Evaluator.Evaluate(
        model, [.. ToHead(Head, Test)], Head, "test");

    private static List<(string Text, string Label)> ReadFinance(string data, int part) =>
        [.. Read(data, "twitter_fin_sentiment/sent_valid.csv", "text", "label", FinanceLabels).Where((_, i) => i % Parts == part)];

    private static IEnumerable<LabelledText> ToHead(string head, IEnumerable<(string Text, string Label)> texts) =>
        texts.Select(text => new LabelledText(text.Text, head, text.Label));

    /// <param name="names">The names of numeric labels; null if the labels are names.</param>
    private static List<(string Text, string Label)> Read(
        string data, string file, string text, string label, IReadOnlyList<string>? names = null)
    {
        var rows = RowFile.Open(Path.Combine(data, file), allowPlainText: false).ReadRows()
            .Select(row => (Text: row.GetRequired(text).Value!, Label: row.GetRequired(label).Value!));
        return names is null ? [.. rows] : [.. rows.Select(row => (row.Text, names[int.Parse(row.Label, CultureInfo.InvariantCulture)]))];
    }
}
