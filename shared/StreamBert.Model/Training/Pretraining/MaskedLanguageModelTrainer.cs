using StreamBert.Model.Network;
using StreamBert.Model.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training.Pretraining;

/// <summary>
/// Trains an encoder by masked-language modelling (Devlin et al. 2018): some tokens are masked and predicted from the others. The output
/// layer shares the word embeddings and is discarded afterwards.
/// </summary>
/// <param name="mask">The id of the mask token.</param>
internal sealed class MaskedLanguageModelTrainer(MultiTaskNetwork network, int mask, PretrainOptions options, int seed)
{
    private readonly Random _random = new(seed);

    public void Train(IReadOnlyList<int[]> texts, TrainingContext context)
    {
        TorchThreads.Use(options.Threads);
        var masking = new TokenMasking(options.MaskProbability, mask, network.Config.VocabularySize, _random);
        using var head = new MaskedLanguageModelHead(network.Config);
        var steps = Math.Max(1, options.Epochs * BatchSampler.SampleEpoch(texts, options.BatchTokens, _random).Count);
        var parameters = network.Parameters.MakeTrainable(static _ => true)
            .Select(static parameter => new TrainableParameter(parameter.Name, parameter.Value)).Concat(head.Parameters).ToList();
        using var optimizer = new ScheduledOptimizer(parameters, new OptimizerOptions(options.LearningRate, steps));
        using var casts = ParameterCasts.Create(options.MixedPrecision);
        var progress = new StepReporter("pre-training", options.Epochs, steps, context);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var batch in BatchSampler.SampleEpoch(texts, options.BatchTokens, _random))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var tokens = Accumulate([.. batch.Select(i => texts[i])], head, masking, casts, optimizer);
                var loss = optimizer.Step();
                progress.Report(optimizer.Steps, loss, tokens);
            }
        }
    }

    /// <returns>The number of tokens.</returns>
    private int Accumulate(
        int[][] texts, MaskedLanguageModelHead head, TokenMasking masking, ParameterCasts? casts, ScheduledOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        using var precision = network.Parameters.Autocast(casts);
        using var batch = PackedBatch.Create(texts, CPU);
        var (input, positions, targets) = masking.Apply(batch.Ids);
        using var masked = batch.WithIds(input);
        var hidden = network.Encoder.Forward(masked, options.Dropout).index_select(0, positions);
        var wordEmbeddings = network.Parameters["bert.embeddings.word_embeddings.weight"];
        var logits = head.ComputeLogits(hidden, wordEmbeddings, network.Parameters.ComputeType);
        optimizer.Accumulate(functional.cross_entropy(logits, targets));
        return batch.TokenCount;
    }
}
