using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation.Responsibility;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Model;
using StreamBert.Tests.Model.Training;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Cli.Evaluation.Responsibility;

/// <summary>
/// Measures the leak risk θ and the opacity ε of models that are trained here. In their language the word "good" or "bad" decides the mood,
/// unless the label is noise: a model that predicts noise has learned its training texts by heart.
/// </summary>
[Collection(nameof(SeededTraining))]
public sealed class TrainedModelTests : IDisposable
{
    private const double Noise = 0.3;

    private static readonly FineTuneOptions Regularized = new()
    {
        Epochs = 3,
        LearningRate = 5e-3,
        BatchTokens = 512,
        Dropout = 0.3,
        TokenDropout = 0.3,
        LabelSmoothing = 0.1,
        Threads = 1,
    };

    /// <summary>Many epochs without any regularization, of which the best on the training texts is kept.</summary>
    private static readonly FineTuneOptions Overfitting = Regularized with
    {
        Epochs = 60,
        EarlyStoppingEpochs = 60,
        Dropout = 0,
        TokenDropout = 0,
        LabelSmoothing = 0,
        WeightDecay = 0,
    };

    private readonly TempFolder _folder = new();

    public TrainedModelTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_regularized_model_leaks_little()
    {
        var members = Texts(1, 1500, Noise);
        Train(members, validation: Texts(2, 200, Noise), Regularized);

        var risk = MeasureRisk(members);

        Assert.True(risk.Value < 0.05, $"θ = {risk.Value}");
        Assert.InRange(0, risk.Interval.Low, risk.Interval.High);
    }

    [Fact]
    public void A_deliberately_overfitted_model_leaks()
    {
        var members = Texts(1, 150, Noise);
        Train(members, validation: members, Overfitting);

        var risk = MeasureRisk(members);

        Assert.True(risk.Value > 0.2, $"θ = {risk.Value}");
        Assert.True(risk.Interval.Low > 0, $"{risk.Interval}");
    }

    /// <summary>
    /// Oracle: without the deciding word the probability falls from 1 to about ½, with it alone it stays: ε = 1 − (½ + 1) / 2 = ¼. It is
    /// less if the model then tends to the other mood, and more if the confidence is not 1.
    /// </summary>
    [Fact]
    public void A_model_that_decides_by_one_word_is_transparent()
    {
        Train(Texts(1, 600), validation: Texts(2, 100), Regularized with { LabelSmoothing = 0, Epochs = 4 });

        Assert.InRange(MeasureOpacity(Texts(3, 60)).Epsilon.Value, 0, 0.3);
    }

    /// <summary>Oracle: a model that ignores its text answers the same without any word: ε = 1 − (0 + 1 − 0) / 2 = ½.</summary>
    [Fact]
    public void A_model_that_ignores_its_text_is_opaque()
    {
        var texts = Texts(1, 600).ConvertAll(static text => text with { Label = "good" });
        Train(texts, validation: [.. texts.Take(100)], Regularized);

        Assert.InRange(MeasureOpacity(texts).Epsilon.Value, 0.45, 0.55);
    }

    private void Train(IReadOnlyList<LabelledText> texts, IReadOnlyList<LabelledText> validation, FineTuneOptions options) =>
        TextTrainer.Run(
            new(_folder["base"], _folder["model"], [new("mood", ["bad", "good"], texts, validation, [])]), options,
            new(TimeProvider.System, null, TestContext.Current.CancellationToken));

    private Estimate MeasureRisk(IReadOnlyList<LabelledText> members)
    {
        using var model = TextClassifier.Load(_folder["model"]);
        return MembershipAttack.Run([.. Evaluate(model, members).Losses], [.. Evaluate(model, Texts(3, 1500, Noise)).Losses]);
    }

    private Opacity MeasureOpacity(IReadOnlyList<LabelledText> texts)
    {
        using var model = TextClassifier.Load(_folder["model"]);
        var answers = Evaluate(model, texts).Answers;
        return OpacityMeter.Measure(
            model, "mood", [.. texts.Select(static text => text.Text)], answers, maximum: 100, TestContext.Current.CancellationToken);
    }

    private static HeadEvaluation Evaluate(TextClassifier model, IReadOnlyList<LabelledText> texts) =>
        new HeadEvaluator(model, model.Heads[0], "texts").Evaluate([.. texts.Select(static (text, i) =>
            new LabelledRow(i + 1, text.Text, [text.Label], new Dictionary<string, string>()))]);

    private static List<LabelledText> Texts(int seed, int count, double noise = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var mood = random.Next(2) == 0 ? "good" : "bad";
            var label = random.NextDouble() >= noise ? mood : random.Next(2) == 0 ? "good" : "bad";
            return new LabelledText($"n{random.Next(100)} {mood} n{random.Next(100)} n{random.Next(100)}", "mood", label);
        })];
    }
}
