using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.Optimization;
using StreamBert.Model.Training.Runs;
using TorchSharp;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Trains an encoder and its heads jointly, on texts that may have targets for some heads only.</summary>
/// <param name="specialTokens">Those of the tokenizer: token dropout replaces any other token by the unknown token.</param>
internal sealed class SupervisedTrainer(MultiTaskNetwork network, SpecialTokens specialTokens, FineTuneOptions options)
{
    /// <summary>Selects the best epoch; null: all epochs are trained, and the last weights remain.</summary>
    public Supervision? Supervision { get; init; }

    /// <summary>Trains the network, or continues an interrupted run.</summary>
    /// <returns>The results of the epochs.</returns>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public IReadOnlyList<EpochResult> Train(IReadOnlyList<TrainingExample> examples, TrainingContext context)
    {
        TorchThreads.Use(options.Threads);
        network.Parameters.MoveTo(new ComputeOptions(options.Device).Validate().TorchDevice);
        var plan = new TrainingPlan([.. examples.Select(static example => example.Ids)], options);
        var loss = new SupervisedLoss(network, specialTokens, options, examples);
        using var weights = new TrainedWeights(SelectParameters(), CreateOptimizerOptions(plan.Steps), options.AverageDecay);
        return new SupervisedRun(network, plan, loss, weights, options, context) { Supervision = Supervision }.Execute();
    }

    private List<TrainableParameter> SelectParameters()
    {
        var rates = new LayerwiseLearningRate(network.Config.Layers, options.LayerDecay);
        return [.. network.Parameters.MakeTrainable(options.FreezeEncoder)
            .Select(parameter => new TrainableParameter(parameter.Name, parameter.Value, rates.GetFactor(parameter.Name)))];
    }

    private OptimizerOptions CreateOptimizerOptions(int steps) => new(options.LearningRate, Math.Max(1, steps))
    {
        WarmUp = options.WarmUp,
        WeightDecay = options.WeightDecay,
        MaxGradientNorm = options.MaxGradientNorm,
    };
}
