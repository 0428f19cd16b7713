using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.Optimization;
using StreamBert.Model.Training.Runs;
using TorchSharp;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Trains an encoder and its heads jointly, on texts that may have targets for some heads only.</summary>
internal sealed class SupervisedTrainer : IDisposable
{
    private readonly MultiTaskNetwork _network;
    private readonly SpecialTokens _specialTokens;
    private readonly FineTuneOptions _options;

    /// <summary>Moves the network to the device of the options, and attaches the method to it.</summary>
    /// <param name="specialTokens">Those of the tokenizer: token dropout replaces any other token by the unknown token.</param>
    /// <param name="method">A method that is attached to the network; null: that of the options is attached.</param>
    /// <exception cref="ArgumentException">The method does not fit the network or the other options.</exception>
    public SupervisedTrainer(MultiTaskNetwork network, SpecialTokens specialTokens, FineTuneOptions options, ITuner? method = null)
    {
        (_network, _specialTokens, _options) = (network, specialTokens, options);
        if (options.AverageDecay > 0 && options.Adapter.Method == AdapterMethod.AdaLora)
            throw new ArgumentException("The weights of AdaLoRA cannot be averaged: its ranks change during the run.");
        network.Parameters.MoveTo(new ComputeOptions(options.Device).Validate().TorchDevice);
        Method = method ?? Tuner.Attach(network, options.Adapter, options.Seed, options.FreezeEncoder);
    }

    /// <summary>The method, which saves what it trained.</summary>
    public ITuner Method { get; }

    /// <summary>Selects the best epoch; null: all epochs are trained, and the last weights remain.</summary>
    public Supervision? Supervision { get; init; }

    /// <summary>Texts to evaluate after each epoch without selecting one; null: none.</summary>
    public ValidationSet? Validation { get; set; }

    /// <summary>Trains the network, or continues an interrupted run.</summary>
    /// <param name="examples">The texts.</param>
    /// <param name="context">The environment of the run.</param>
    /// <param name="meter">The measurement of the run if it has begun; null: it begins now.</param>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public SupervisedResult Train(IReadOnlyList<TrainingExample> examples, TrainingContext context, RunMeter? meter = null)
    {
        meter ??= SupervisedRun.StartMeter(_options, context);
        TorchThreads.Use(_options.Threads);
        var plan = new TrainingPlan([.. examples.Select(static example => example.Ids)], _options);
        using var loss = new SupervisedLoss(_network, Method, _specialTokens, _options, examples);
        using var weights = new TrainedWeights(
            SelectParameters(), Method.State, CreateOptimizerOptions(plan.Steps), _options.AverageDecay);
        return new SupervisedRun(_network, Method, plan, loss, weights, _options, meter, context)
        {
            Supervision = Supervision,
            Validation = Supervision?.Validation ?? Validation,
        }.Execute();
    }

    public void Dispose() => Method.Dispose();

    private List<TrainableParameter> SelectParameters()
    {
        var rates = new LayerwiseLearningRate(_network.Config.Layers, _options.LayerDecay);
        return [.. Method.Trainable
            .Select(parameter => new TrainableParameter(parameter.Name, parameter.Value, rates.GetFactor(parameter.Name)))];
    }

    private OptimizerOptions CreateOptimizerOptions(int steps) => new(_options.LearningRate, Math.Max(1, steps))
    {
        WarmUp = _options.WarmUp,
        WeightDecay = _options.WeightDecay,
        MaxGradientNorm = _options.MaxGradientNorm,
    };
}
