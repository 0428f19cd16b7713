using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Computes the loss of a step and its gradients, on texts that may have targets for some heads only.</summary>
/// <param name="specialTokens">Those of the tokenizer: token dropout replaces any other token by the unknown token.</param>
internal sealed class SupervisedLoss(
    MultiTaskNetwork network, ITuner method, SpecialTokens specialTokens, FineTuneOptions options,
    IReadOnlyList<TrainingExample> examples) : IDisposable
{
    private readonly ParameterCasts? _casts = ParameterCasts.Create(options.MixedPrecision);

    /// <summary>Adds the gradients of the mean loss over several batches, and of the penalty of the method.</summary>
    /// <param name="batches">The indices of the examples in each batch.</param>
    /// <param name="optimizer">Accumulates the gradients.</param>
    /// <returns>The number of tokens.</returns>
    public int Accumulate(int[][] batches, ScheduledOptimizer optimizer)
    {
        var random = new Random(Seeds.Derive(options.Seed, Seeds.TokenDropout, optimizer.Steps));
        using var generator = torch.random.manual_seed(Seeds.Derive(options.Seed, Seeds.Dropout, optimizer.Steps));
        var texts = batches.Sum(static batch => batch.Length);
        var tokens = batches.Sum(batch => Accumulate([.. batch.Select(i => examples[i])], texts, random, optimizer));
        AccumulatePenalty(optimizer);
        return tokens;
    }

    public void Dispose() => _casts?.Dispose();

    private void AccumulatePenalty(ScheduledOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        if (method.ComputePenalty() is { } penalty) optimizer.Accumulate(penalty);
    }

    private int Accumulate(TrainingExample[] batchExamples, int texts, Random random, ScheduledOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        using var precision = network.Parameters.Autocast(_casts);
        int[][] ids = [.. batchExamples.Select(example => DropTokens(example.Ids, random))];
        using var batch = PackedBatch.Create(ids, network.Parameters.Device);
        var hidden = network.Encoder.Forward(batch, options.FreezeEncoder ? 0 : options.Dropout);
        TrainingExample[] packed = [.. batch.OriginalIndices.Select(i => batchExamples[i])];
        var losses = network.Heads.Select(head => ComputeLoss(head, hidden, batch, packed)).OfType<Tensor>().ToList();
        if (losses.Count == 0) return batch.TokenCount;
        using var share = ((double)batchExamples.Length / texts).ToScalar();
        optimizer.Accumulate(losses.Aggregate(static (a, b) => a.add(b, ScalarConstants.One)).mul(share));
        return batch.TokenCount;
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
        var targets = tensor(values, device: hidden.device).view(rows.Length, head.Labels.Count);
        var logits = network.ComputeLogits(hidden, batch, head, options.Dropout).index_select(0, ToIndices(rows, hidden.device));
        return -(targets * functional.log_softmax(logits, -1)).sum();
    }

    /// <summary>
    /// Computes the mean cross-entropy over the tokens that have a label, times the share of their texts in the batch: a sentence has the
    /// same weight as a text of another head.
    /// </summary>
    private Tensor? ComputeTokenLoss(HeadManifest head, Tensor hidden, PackedBatch batch, TrainingExample[] packed)
    {
        var labels = packed.SelectMany(example => GetTokenLabels(example, head)).ToList();
        var rows = Enumerable.Range(0, labels.Count).Where(i => labels[i] >= 0).ToArray();
        if (rows.Length == 0) return null;
        var labelled = hidden.index_select(0, ToIndices(rows, hidden.device));
        var logits = network.ComputeLogits(labelled, batch, head, options.Dropout);
        using var share = (packed.Sum(example => HasTokenLabels(example, head) ? example.Weight : 0) / packed.Length).ToScalar();
        return functional.cross_entropy(logits, ToIndices(Array.ConvertAll(rows, i => labels[i]), hidden.device)).mul(share);
    }

    private static IEnumerable<int> GetTokenLabels(TrainingExample example, HeadManifest head) =>
        HasTokenLabels(example, head) ? example.TokenLabels!.Labels : Enumerable.Repeat(-1, example.Ids.Length);

    private static bool HasTokenLabels(TrainingExample example, HeadManifest head) => example.TokenLabels?.Head == head.Name;

    private static Tensor ToIndices(int[] values, Device device) =>
        tensor(Array.ConvertAll(values, static value => (long)value), device: device);

    private int[] DropTokens(int[] ids, Random random)
    {
        if (options.TokenDropout <= 0 || (specialTokens.Unknown ?? specialTokens.Mask) is not { } replacement) return ids;
        return [.. ids.Select(id => !specialTokens.Contains(id) && random.NextDouble() < options.TokenDropout ? replacement : id)];
    }
}
