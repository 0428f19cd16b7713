using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

/// <summary>Measures the error rates of the gate <c>annotators</c>, on which its defaults are based; takes minutes, on demand.</summary>
public sealed class AnnotatorMeasurements
{
    private static readonly double[] Honest = [0.05, 0.075, 0.1];
    private readonly List<string> _lines = [];

    [Fact(Explicit = true)]
    public void Synthetic_texts()
    {
        Measure("own texts", Honest, static s => s.LabelOwnTexts(60, Honest), 500);
        Measure("same texts", Honest, static s => s.LabelSameTexts(60, Honest), 500);
        foreach (var flipped in new[] { 0.3, 0.6, 1.0 })
        {
            double[] errors = [0.05, flipped, 0.1];
            Measure("own texts", errors, s => s.LabelOwnTexts(60, errors), 100);
            Measure("same texts", errors, s => s.LabelSameTexts(60, errors), 100);
        }
        Write();

        void Measure(
            string name, double[] errors, Func<AnnotatorSimulation, IReadOnlyList<JudgedLabel>> label, int simulations) => Count(
            name, errors, simulations, seed => AnnotatorSimulation.Assess(label(new AnnotatorSimulation(seed))));
    }

    /// <summary>Tweets about finance, 60 for each of three annotators, with the answers of the shipped model <c>small</c>.</summary>
    [Fact(Explicit = true)]
    public void Real_texts()
    {
        using var model = TextClassifier.Load(RepositoryPath("shared/models/small"));
        var texts = File.ReadLines(RepositoryPath("../shared/data/twitter_fin_sentiment/sent_valid.csv"))
            .Where(static line => line.Length > 2 && line[^2] == ',' && line[^1] is '0' or '1' or '2')
            .Select(static line => (Text: line[..^2].Trim('"'), Label: line[^1] - '0')).ToArray();
        string[] names = ["negative", "positive", "neutral"]; // the order of that data set
        var answers = texts.Chunk(64).SelectMany(batch => model.Classify([.. batch.Select(row => model.Encode(row.Text))])).ToArray();
        Count("own texts", Honest, 500, seed => Assess(seed, Honest));
        foreach (var flipped in new[] { 0.3, 0.6, 1.0 })
        {
            double[] errors = [0.05, flipped, 0.1];
            Count("own texts", errors, 100, seed => Assess(seed, errors));
        }
        Write();

        AnnotatorAssessment Assess(int seed, double[] errors)
        {
            var random = new Random(seed);
            var chosen = Enumerable.Range(0, texts.Length).ToArray();
            random.Shuffle(chosen);
            var labels = chosen.Take(60 * errors.Length).Select((row, i) =>
            {
                var annotator = i % errors.Length;
                var label = random.NextDouble() < errors[annotator] ? (texts[row].Label + 1 + random.Next(2)) % 3 : texts[row].Label;
                return new JudgedLabel(
                    new(row, $"annotator {annotator}", names[label]), row, "news", AnnotatorSimulation.Head, answers[row]);
            });
            return AnnotatorSimulation.Assess([.. labels], model.Heads.First(static head => head.Name == AnnotatorSimulation.Head));
        }
    }

    private void Count(string name, double[] errors, int simulations, Func<int, AnnotatorAssessment> assess)
    {
        var named = Enumerable.Range(0, simulations)
            .Select(seed => assess(seed).Unreliable.Select(static test => test.Annotator).ToHashSet()).ToList();
        var second = named.Count(static names => names.Contains("annotator 1"));
        var other = named.Count(static names => names.Any(static annotator => annotator != "annotator 1"));
        _lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}, errors {string.Join('/', errors)}: the second named in {second}, another in {other} of {simulations}"));
    }

    private void Write() => TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', _lines));

    private static string RepositoryPath(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "StreamBert.sln")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, path);
    }
}
