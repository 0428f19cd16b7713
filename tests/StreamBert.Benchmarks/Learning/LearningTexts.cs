using System.Globalization;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;

namespace StreamBert.Benchmarks.Learning;

/// <summary>Labelled texts to give feedback on, and others to measure the accuracy on, which no version sees.</summary>
internal sealed record LearningTexts(IReadOnlyList<(string Text, string Label)> Feedback, IReadOnlyList<(string Text, string Label)> Test)
{
    private const int Parts = 3, FeedbackPart = 0, TestPart = 1, AnchorPart = 2;
    private static readonly string[] FinanceLabels = ["negative", "positive", "neutral"];

    /// <summary>Reads two thirds of the finance tweets that the model was not trained on.</summary>
    public static LearningTexts ReadFinance(string data) => new(ReadFinance(data, FeedbackPart), ReadFinance(data, TestPart));

    /// <summary>Reads comments of a general domain, which the model was not trained on.</summary>
    public static LearningTexts ReadComments(string data) =>
        new(Read(data, "goemotions/train.csv", "text", "label"), Read(data, "goemotions/test.csv", "text", "label"));

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
        var topics = heads.First(static head => head.Name == "topic").Labels;
        return AnchorSample.Draw(
            [
                .. ToHead("sentiment", Read(data, "twitter_fin_sentiment/sent_train.csv", "text", "label", FinanceLabels)),
                .. ToHead("topic", Read(data, "twitter_fin_topic/topic_train.csv", "text", "label", topics)),
                .. ToHead("intent", Read(data, "bitext_support/train.csv", "utterance", "intent")),
            ],
            [
                .. ToHead("sentiment", parts.SelectMany(part => ReadFinance(data, part))),
                .. ToHead("topic", Read(data, "twitter_fin_topic/topic_valid.csv", "text", "label", topics)),
                .. ToHead("intent", Read(data, "bitext_support/test.csv", "utterance", "intent")),
            ]);
    }

    /// <summary>Draws texts to give feedback on.</summary>
    public IReadOnlyList<(string Text, string Label)> Draw(int count, Random random)
    {
        var shuffled = Feedback.ToArray();
        random.Shuffle(shuffled);
        return shuffled[..Math.Min(count, shuffled.Length)];
    }

    /// <summary>Evaluates a model on the test texts.</summary>
    public ClassificationReport Evaluate(TextClassifier model) => Evaluator.Evaluate(
        model, [.. Test.Select(static text => new LabelledText(text.Text, LearningRuns.Head, text.Label))], LearningRuns.Head, "test");

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
