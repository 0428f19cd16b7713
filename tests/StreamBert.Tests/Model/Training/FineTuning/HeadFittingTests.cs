using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Training.FineTuning;

/// <summary>The encoder knows moods and topics; the head of topics has to label texts without a topic by their mood.</summary>
[Collection(nameof(SeededTraining))]
public sealed class HeadFittingTests : IDisposable
{
    private const string Head = "topic", Weight = "heads.topic.weight", Bias = "heads.topic.bias";
    private static readonly string[] Labels = ["bank", "oil"];

    private readonly TempFolder _folder = new();
    private readonly ModelPackage _package;

    public HeadFittingTests()
    {
        TinyModel.Save(_folder["tiny"], "tiny-v1");
        HeadTexts[] heads = [ToyTexts.CreateHead("mood", 300), ToyTexts.CreateHead(Head, 300)];
        FineTuneOptions options = new() { Epochs = 4, LearningRate = 1e-2, BatchTokens = 128, Threads = 1 };
        TextTrainer.Run(new(_folder["tiny"], _folder["base"], heads), options, StepRecorder.CreateContext());
        _package = ModelPackage.Load(_folder["base"]);
    }

    public void Dispose()
    {
        _package.Network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_head_learns_new_texts_and_its_logits_of_rehearsed_texts_stay()
    {
        var (fresh, old) = (NewTexts(from: 0, count: 200), OldTexts(from: 0, count: 100));
        var former = Logits(OldTexts(from: 200, count: 50));

        Fit([.. fresh.Select(static text => (text, false)), .. old.Select(static text => (text, true))]);
        var (preserved, accuracy) = (Change(former, Logits(OldTexts(from: 200, count: 50))), Accuracy(NewTexts(from: 500, count: 100)));
        Reset();
        Fit([.. fresh.Select(static text => (text, false))]);
        var unpreserved = Change(former, Logits(OldTexts(from: 200, count: 50)));

        Assert.True(accuracy > 0.95, $"accuracy {accuracy}, change {preserved} and {unpreserved}");
        Assert.True(preserved < unpreserved / 5, $"{preserved} with rehearsed texts, {unpreserved} without");
    }

    [Fact]
    public void The_fitted_weights_minimize_the_loss_with_the_prior_and_the_change_of_rehearsed_logits()
    {
        // The oracle computes the gradient of the objective by differences in double precision: it vanishes at the minimum.
        List<(TrainingExample Example, bool IsRehearsed)> texts =
            [.. NewTexts(from: 0, count: 30).Select(static text => (text, false)), .. OldTexts(0, 60).Select(static text => (text, true))];
        var (features, former) = (Features(texts.ConvertAll(static text => text.Example)), ReadLayer());
        double Objective(double[] layer) => HeadFittingTests.Objective(layer, former, features, texts);

        Fit(texts);

        var fitted = ReadLayer();
        Assert.True(Objective(former) > Objective(fitted) * 1.1, "nothing was learned");
        var (before, after) = (Norm(Gradient(Objective, former)), Norm(Gradient(Objective, fitted)));
        Assert.True(after < before / 30, $"the gradient falls from {before} to {after} only");
    }

    private static double[] Gradient(Func<double[], double> objective, double[] at) => [.. Enumerable.Range(0, at.Length).Select(i =>
    {
        const double Step = 1e-4;
        double Shifted(double shift) => objective([.. at.Select((value, j) => i == j ? value + shift : value)]);
        return (Shifted(Step) - Shifted(-Step)) / (2 * Step);
    })];

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(static value => value * value));

    private static double Objective(
        double[] layer, double[] former, double[][] features, List<(TrainingExample Example, bool IsRehearsed)> texts)
    {
        var objective = layer.Zip(former, static (now, before) => (now - before) * (now - before)).Sum() * HeadFitting.PriorPrecision / 2;
        foreach (var ((example, isRehearsed), row) in texts.Zip(features))
        {
            var (logits, before) = (Apply(layer, row), Apply(former, row));
            var partition = Math.Log(logits.Sum(Math.Exp));
            objective -= example.Targets[Head].Zip(logits, (target, logit) => target * (logit - partition)).Sum() * example.Weight;
            if (isRehearsed)
                objective += logits.Zip(before, static (now, then) => (now - then) * (now - then)).Sum() * HeadFitting.Preservation / 2;
        }
        return objective;
    }

    private static double[] Apply(double[] layer, double[] row) => [.. Labels.Select((_, label) =>
        row.Select((value, i) => value * layer[label * row.Length + i]).Sum() + layer[Labels.Length * row.Length + label])];

    private void Fit(IEnumerable<(TrainingExample Example, bool IsRehearsed)> texts) =>
        HeadFitting.Fit(_package.Network, _package.Network.Heads.Single(static head => head.Name == Head), texts, CancellationToken.None);

    private void Reset()
    {
        using var noGradient = no_grad();
        var original = ModelPackage.Load(_folder["base"]);
        foreach (var name in new[] { Weight, Bias }) _package.Network.Parameters[name].copy_(original.Network.Parameters[name]);
        original.Network.Dispose();
    }

    /// <summary>Texts that the head has not been trained on, whose mood decides the label.</summary>
    private List<TrainingExample> NewTexts(int from, int count) => [.. Enumerable.Range(from, count).Select(i =>
        Example($"the {(i % 2 == 0 ? "good" : "bad")} report n{i % 97}", i % 2, weight: 1 + i % 3))];

    private List<TrainingExample> OldTexts(int from, int count) => [.. Enumerable.Range(from, count).Select(i =>
        Example($"{(i % 2 == 0 ? "oil" : "bank")} prices today n{i % 89} n{i % 83}", i % 2))];

    private TrainingExample Example(string text, int label, float weight = 1)
    {
        var target = new float[Labels.Length];
        target[label] = 1;
        return new(_package.Tokenizer.Encode(text, 32).Ids, new Dictionary<string, float[]> { [Head] = target }, weight);
    }

    private double[] ReadLayer() => [.. Read(Weight), .. Read(Bias)];

    private double[] Read(string name) => Array.ConvertAll(_package.Network.Parameters[name].ToFloats(), static value => (double)value);

    private double[][] Features(List<TrainingExample> texts) => [.. texts.Select(text => Compute(
        text, (network, hidden, batch) => network.Pool(hidden, batch, network.Heads.Single(static head => head.Name == Head))))];

    private List<double[]> Logits(List<TrainingExample> texts) =>
        texts.ConvertAll(text => Compute(text, static (network, hidden, batch) => network.ComputeLogits(hidden, batch)[Head]));

    private double Accuracy(List<TrainingExample> texts) => Logits(texts).Zip(texts, static (logits, text) =>
        logits[0] > logits[1] == (text.Targets[Head][0] > 0)).Count(static isRight => isRight) / (double)texts.Count;

    private static double Change(List<double[]> before, List<double[]> after) =>
        before.Zip(after, static (one, other) => one.Zip(other, static (a, b) => Math.Abs(a - b)).Average()).Average();

    private double[] Compute(TrainingExample text, Func<MultiTaskNetwork, Tensor, PackedBatch, Tensor> compute)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create([text.Ids], _package.Network.Parameters.Device);
        var result = compute(_package.Network, _package.Network.Encoder.Forward(batch, dropout: 0), batch);
        return Array.ConvertAll(result.ToFloats(), static value => (double)value);
    }
}
