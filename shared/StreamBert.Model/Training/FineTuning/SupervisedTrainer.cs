using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Trains an encoder and its heads jointly, on texts that may have targets for some heads only.</summary>
/// <param name="specialTokens">Those of the tokenizer: token dropout replaces any other token by the unknown token.</param>
internal sealed class SupervisedTrainer(MultiTaskNetwork network, SpecialTokens specialTokens, FineTuneOptions options)
{
    private readonly Random _random = new(options.Seed);

    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public void Train(IReadOnlyList<TrainingExample> examples, TrainingContext context)
    {
        TorchThreads.Use(options.Threads);
        random.manual_seed(options.Seed);
        var ids = examples.Select(static example => example.Ids).ToList();
        var steps = options.Epochs * BatchSampler.SampleEpoch(ids, options.BatchTokens, _random).Count;
        using var optimizer = new ScheduledOptimizer(
            "fine-tuning", network.Parameters.MakeTrainable(options.FreezeEncoder), options.LearningRate, steps, options.Epochs, context);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var batch in BatchSampler.SampleEpoch(ids, options.BatchTokens, _random))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                Step([.. batch.Select(i => examples[i])], optimizer);
            }
        }
    }

    private void Step(TrainingExample[] examples, ScheduledOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        using var precision = network.Parameters.Autocast(options.MixedPrecision ? ScalarType.BFloat16 : ScalarType.Float32);
        using var batch = PackedBatch.Create(examples.Select(example => DropTokens(example.Ids)).ToList(), CPU);
        var hidden = network.Encoder.Forward(batch, options.FreezeEncoder ? 0 : options.Dropout);
        TrainingExample[] packed = [.. batch.OriginalIndices.Select(i => examples[i])];
        var losses = network.Heads.Select(head => ComputeLoss(head, hidden, batch, packed)).OfType<Tensor>().ToList();
        if (losses.Count > 0) optimizer.Step(losses.Aggregate(static (a, b) => a.add(b, ScalarConstants.One)), batch.TokenCount);
    }

    /// <returns>The loss of a head; null if no example has a target for it.</returns>
    private Tensor? ComputeLoss(HeadManifest head, Tensor hidden, PackedBatch batch, TrainingExample[] packed) =>
        head.Task == HeadTask.TokenClassification ? ComputeTokenLoss(head, hidden, batch, packed)
            : ComputeTextLoss(head, hidden, batch, packed);

    /// <summary>Computes the weighted cross-entropy against the targets, averaged over the whole batch.</summary>
    private Tensor? ComputeTextLoss(HeadManifest head, Tensor hidden, PackedBatch batch, TrainingExample[] packed)
    {
        var rows = Enumerable.Range(0, packed.Length).Where(i => packed[i].Targets.ContainsKey(head.Name)).ToArray();
        if (rows.Length == 0) return null;
        var values = rows.SelectMany(i => packed[i].Targets[head.Name].Select(p => p * packed[i].Weight / packed.Length)).ToArray();
        var targets = tensor(values).view(rows.Length, head.Labels.Count);
        var logits = network.ComputeLogits(hidden, batch, head, options.Dropout).index_select(0, ToIndices(rows));
        return -(targets * functional.log_softmax(logits, -1)).sum();
    }

    /// <summary>Computes the mean cross-entropy over the tokens that have a label.</summary>
    private Tensor? ComputeTokenLoss(HeadManifest head, Tensor hidden, PackedBatch batch, TrainingExample[] packed)
    {
        var labels = packed.SelectMany(example => GetTokenLabels(example, head)).ToList();
        var rows = Enumerable.Range(0, labels.Count).Where(i => labels[i] >= 0).ToArray();
        if (rows.Length == 0) return null;
        var logits = network.ComputeLogits(hidden.index_select(0, ToIndices(rows)), batch, head, options.Dropout);
        return functional.cross_entropy(logits, ToIndices(Array.ConvertAll(rows, i => labels[i])));
    }

    private static IEnumerable<int> GetTokenLabels(TrainingExample example, HeadManifest head) =>
        example.TokenLabels is { } labels && labels.Head == head.Name ? labels.Labels : Enumerable.Repeat(-1, example.Ids.Length);

    private static Tensor ToIndices(int[] values) => tensor(Array.ConvertAll(values, static value => (long)value));

    private int[] DropTokens(int[] ids)
    {
        if (options.TokenDropout <= 0 || (specialTokens.Unknown ?? specialTokens.Mask) is not { } replacement) return ids;
        return [.. ids.Select(id => !specialTokens.Contains(id) && _random.NextDouble() < options.TokenDropout ? replacement : id)];
    }
}
