using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training;

/// <summary>A text with a target distribution for each head that knows something about it.</summary>
internal sealed record TrainingText(int[] Ids, IReadOnlyDictionary<string, float[]> Targets, float Weight = 1)
{
    public static readonly IReadOnlyDictionary<string, float[]> NoTargets = new Dictionary<string, float[]>();

    /// <summary>For a head that reads every token: the label of each, -1 where there is none.</summary>
    public TokenLabels? TokenLabels { get; init; }
}

/// <summary>The labels of a text's tokens for one head.</summary>
internal sealed record TokenLabels(string Head, int[] Labels);

/// <summary>Trains encoder and heads together on texts of which each may have targets for some heads only.</summary>
internal static class SupervisedTrainer
{
    /// <param name="special">The tokenizer's: token dropout puts the unknown token in place of any other but these.</param>
    /// <exception cref="InvalidOperationException">The loss became infinite.</exception>
    public static void Train(
        TextNetwork network, SpecialTokens special, IReadOnlyList<TrainingText> texts, FineTuneOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        TorchThreads.Use(options.Threads);
        random.manual_seed(options.Seed);
        var shuffle = new Random(options.Seed);
        var ids = texts.Select(static text => text.Ids).ToList();
        var steps = options.Epochs * Batches.Shuffle(ids, options.BatchTokens, shuffle).Count;
        using var schedule = new Schedule(
            "fine-tuning",
            network.Weights.AsParameters(options.FreezeEncoder),
            options.LearningRate,
            steps,
            options.Epochs,
            progress);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var batch in Batches.Shuffle(ids, options.BatchTokens, shuffle))
            {
                cancellation.ThrowIfCancellationRequested();
                Step(network, special, batch.Select(i => texts[i]).ToArray(), options, shuffle, schedule);
            }
        }
    }

    private static void Step(
        TextNetwork network,
        SpecialTokens special,
        TrainingText[] texts,
        FineTuneOptions options,
        Random shuffle,
        Schedule schedule)
    {
        using var scope = NewDisposeScope();
        using var precision = network.Weights.Cast(options.MixedPrecision ? ScalarType.BFloat16 : ScalarType.Float32);
        using var batch = PackedBatch.Create(texts.Select(text => Drop(text.Ids, special, options.TokenDropout, shuffle)).ToList(), CPU);
        var hidden = network.Encoder.Forward(batch, options.FreezeEncoder ? 0 : options.Dropout);
        var packed = batch.Order.Select(i => texts[i]).ToArray();
        var losses = network.Heads.Select(head => head.Task == HeadTask.Tokens
            ? TokenLoss(network, head, hidden, batch, packed, options.Dropout)
            : Loss(network, head, hidden, batch, packed, options.Dropout)).OfType<Tensor>().ToList();
        if (losses.Count > 0) schedule.Step(losses.Aggregate(static (a, b) => a.add(b, Constants.One)), batch.Tokens);
    }

    /// <summary>Cross-entropy against the targets, weighted, over the whole batch; null if no text has a target for the head.</summary>
    private static Tensor? Loss(
        TextNetwork network,
        HeadManifest head,
        Tensor hidden,
        PackedBatch batch,
        TrainingText[] packed,
        double dropout)
    {
        var rows = Enumerable.Range(0, packed.Length).Where(i => packed[i].Targets.ContainsKey(head.Name)).ToArray();
        if (rows.Length == 0) return null;
        var targets = tensor(rows.SelectMany(i => packed[i].Targets[head.Name].Select(p => p * packed[i].Weight / packed.Length)).ToArray())
            .view(rows.Length, head.Labels.Count);
        var logits = network.HeadLogits(hidden, batch, head, dropout).index_select(0, tensor(rows.Select(static i => (long)i).ToArray()));
        return -(targets * functional.log_softmax(logits, -1)).sum();
    }

    /// <summary>Mean cross-entropy over the tokens that have a label; null if there are none.</summary>
    private static Tensor? TokenLoss(
        TextNetwork network,
        HeadManifest head,
        Tensor hidden,
        PackedBatch batch,
        TrainingText[] packed,
        double dropout)
    {
        var labels = packed.SelectMany(
            text => text.TokenLabels is { } own && own.Head == head.Name ? own.Labels : Enumerable.Repeat(-1, text.Ids.Length)).ToList();
        var rows = Enumerable.Range(0, labels.Count).Where(i => labels[i] >= 0).ToArray();
        if (rows.Length == 0) return null;
        var logits = network.HeadLogits(hidden.index_select(0, tensor([.. rows.Select(static i => (long)i)])), batch, head, dropout);
        return functional.cross_entropy(logits, tensor([.. rows.Select(i => (long)labels[i])]));
    }

    private static int[] Drop(int[] ids, SpecialTokens special, double share, Random shuffle)
    {
        if (share <= 0 || (special.Unknown ?? special.Mask) is not { } hidden) return ids;
        return [.. ids.Select(id => !special.Contains(id) && shuffle.NextDouble() < share ? hidden : id)];
    }
}
