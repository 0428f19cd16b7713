using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Fits the linear layer of a head to labelled texts before the encoder is trained with it. An encoder below a head that does not know the
/// new texts yet is moved far, and forgets (Kumar et al. 2022, "Fine-Tuning can Distort Pretrained Features and Underperform
/// Out-of-Distribution"). The layer is a logistic regression on the pooled hidden states. Its logits of rehearsed texts are kept near the
/// former ones (Buzzega et al. 2020, "Dark Experience for General Continual Learning"): their labels alone would not hold it, because the
/// model has learned them by heart. A normal prior around the former weights decides where no text does.
/// </summary>
internal static class HeadFitting
{
    /// <summary>The precision of the prior around the former weights.</summary>
    internal const double PriorPrecision = 10;

    /// <summary>The weight of the squared change of the logits of a rehearsed text, relative to the cross-entropy of a text.</summary>
    internal const double Preservation = 3;

    private const int BatchSize = 64, Steps = 300;
    private const double LearningRate = 3e-3;

    /// <summary>Fits a head to the examples that have a target for it.</summary>
    /// <param name="examples">The examples, and whether each is rehearsed.</param>
    public static void Fit(
        MultiTaskNetwork network, HeadManifest head, IEnumerable<(TrainingExample Example, bool IsRehearsed)> examples,
        CancellationToken cancellation)
    {
        var labelled = examples.Where(text => text.Example.Targets.ContainsKey(head.Name))
            .OrderBy(static text => text.Example.Ids.Length).ToList();
        if (labelled.Count == 0) return;
        using var scope = NewDisposeScope();
        var features = Pool(network, head, labelled.ConvertAll(static text => text.Example), cancellation);
        var targets = tensor(
            [.. labelled.SelectMany(text => text.Example.Targets[head.Name].Select(share => share * text.Example.Weight))],
            [labelled.Count, head.Labels.Count], device: features.device);
        var rehearsed = tensor(
            [.. labelled.Select(static text => text.IsRehearsed ? 1f : 0f)], [labelled.Count, 1], device: features.device);
        string[] names = [$"heads.{head.Name}{ParameterShapes.Weight}", $"heads.{head.Name}{ParameterShapes.Bias}"];
        var layer = Array.ConvertAll(names, name => network.Parameters[name]);
        var former = Array.ConvertAll(layer, static value => value.detach().clone());
        var fitted = Array.ConvertAll(former, static value => new Parameter(value.clone()));
        Optimize(features, targets, rehearsed, former, fitted, cancellation);
        using var noGradient = no_grad();
        foreach (var (value, result) in layer.Zip(fitted)) value.copy_(result);
    }

    /// <summary>Minimizes the cross-entropy, the change of rehearsed logits and the negative logarithm of the prior.</summary>
    private static void Optimize(
        Tensor features, Tensor targets, Tensor rehearsed, Tensor[] former, Parameter[] fitted, CancellationToken cancellation)
    {
        using var total = targets.sum();
        using var before = functional.linear(features, former[0], former[1]);
        using var optimizer = new ScheduledOptimizer(
            [new("weight", fitted[0]), new("bias", fitted[1])],
            new(LearningRate, Steps) { WeightDecay = 0, MaxGradientNorm = double.PositiveInfinity });
        using var prior = (PriorPrecision / 2).ToScalar();
        using var preservation = (Preservation / 2).ToScalar();
        while (optimizer.Steps < Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = functional.linear(features, fitted[0], fitted[1]);
            var loss = -(targets * functional.log_softmax(logits, -1)).sum();
            var distance = stack([.. fitted.Zip(former, static (now, then) => SumSquares(now.sub(then)))]).sum();
            var change = SumSquares(logits.sub(before) * rehearsed);
            optimizer.Accumulate(
                loss.add(distance.mul(prior), ScalarConstants.One).add(change.mul(preservation), ScalarConstants.One) / total);
            optimizer.Step();
        }
    }

    private static Tensor SumSquares(Tensor values) => (values * values).sum();

    /// <summary>Computes what the layer reads of each text, in the order of the texts, which are ordered by length.</summary>
    private static Tensor Pool(
        MultiTaskNetwork network, HeadManifest head, List<TrainingExample> examples, CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        using var batches = NewDisposeScope();
        var pooled = examples.Chunk(BatchSize).Select(chunk => Pool(network, head, chunk, cancellation)).ToList();
        return cat(pooled).MoveToOuterDisposeScope();
    }

    private static Tensor Pool(MultiTaskNetwork network, HeadManifest head, TrainingExample[] examples, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create([.. examples.Select(static example => example.Ids)], network.Parameters.Device);
        var rows = network.Pool(network.Encoder.Forward(batch, dropout: 0), batch, head);
        var order = new long[examples.Length];
        foreach (var (row, index) in batch.OriginalIndices.Index()) order[index] = row;
        return rows.index_select(0, tensor(order, device: rows.device)).MoveToOuterDisposeScope();
    }
}
