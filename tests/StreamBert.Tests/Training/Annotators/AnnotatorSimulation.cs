using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

/// <summary>
/// Simulates annotators of texts that a champion answers with an accuracy of about 0.85: the embedding of a text is the mean of its true
/// label plus noise, and the champion's scores are the probabilities of the labels given a part of the embedding.
/// </summary>
internal sealed class AnnotatorSimulation(int seed)
{
    public const string Head = "sentiment";
    private const int Dimensions = 32;
    private readonly Random _random = new(seed);

    public static HeadInfo Info { get; } = new(Head, TinyModel.Sentiments);

    /// <summary>The labels of annotators, each on texts of his own.</summary>
    /// <param name="texts">The number of texts of each annotator.</param>
    /// <param name="errors">The share of wrong labels of each annotator.</param>
    public IReadOnlyList<JudgedLabel> LabelOwnTexts(int texts, params double[] errors) =>
    [
        .. from annotator in errors.Index()
           from text in Enumerable.Range(annotator.Index * texts, texts)
           select Label(CreateText(), text, $"annotator {annotator.Index}", annotator.Item),
    ];

    /// <summary>The labels of annotators who all label the same texts.</summary>
    public IReadOnlyList<JudgedLabel> LabelSameTexts(int texts, params double[] errors) =>
    [
        .. from text in Enumerable.Range(0, texts)
           let content = CreateText()
           from annotator in errors.Index()
           select Label(content, text, $"annotator {annotator.Index}", annotator.Item),
    ];

    public static AnnotatorAssessment Assess(IReadOnlyList<JudgedLabel> labels, HeadInfo? head = null) =>
        new AnnotatorAssessor(new()).Assess(
            labels, Array.Empty<(string, (ClassifiedText, string))>().ToLookup(static row => row.Item1, static row => row.Item2),
            [head ?? Info], TestContext.Current.CancellationToken);

    private JudgedLabel Label((ClassifiedText Content, int Truth) text, int item, string annotator, double error)
    {
        var label = _random.NextDouble() < error ? (text.Truth + 1 + _random.Next(2)) % 3 : text.Truth;
        return new(new(item, annotator, TinyModel.Sentiments[label]), item, "news", Head, text.Content);
    }

    private (ClassifiedText Content, int Truth) CreateText()
    {
        var truth = _random.Next(3);
        var embedding = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
            embedding[i] = (float)Normal();
        embedding[truth] += 2.6f;
        var logits = Enumerable.Range(0, 3).Select(label => 2.6 * embedding[label] + 0.7 * Normal()).ToArray();
        var sum = logits.Sum(Math.Exp);
        var scores = logits.Index().ToDictionary(
            static logit => TinyModel.Sentiments[logit.Index], logit => Math.Exp(logit.Item) / sum);
        var best = scores.MaxBy(static score => score.Value);
        var heads = new Dictionary<string, HeadPrediction> { [Head] = new(best.Key, best.Value, scores) };
        return (new(heads, embedding), truth);
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
