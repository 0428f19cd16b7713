using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.Energy;
using StreamBert.Model.Training.Optimization;
using StreamBert.Model.Training.Runs;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// A run of supervised training, from its beginning or from a checkpoint: steps, validation after each epoch, early stopping.
/// </summary>
internal sealed class SupervisedRun(
    MultiTaskNetwork network, ITuner method, TrainingPlan plan, SupervisedLoss loss, TrainedWeights weights, FineTuneOptions options,
    RunMeter meter, TrainingContext context)
{
    private readonly List<EpochResult> _epochs = [];
    private readonly StepReporter _progress = new("fine-tuning", options.Epochs, Math.Max(1, plan.Steps), context);

    public Supervision? Supervision { get; init; }

    /// <summary>The texts to evaluate after each epoch; null: none.</summary>
    public ValidationSet? Validation { get; init; }

    /// <summary>Starts the measurement of a run, which may begin before its first step.</summary>
    public static RunMeter StartMeter(FineTuneOptions options, TrainingContext context) => new(
        EnergyMeter.Create(new ComputeOptions(options.Device).GpuIndex, context.Energy, context.TimeProvider), context.TimeProvider);

    private EpochResult? Best => EpochResult.FindBest(_epochs);

    /// <summary>Whether the last epochs were not better than an earlier one.</summary>
    private bool HasConverged => Supervision is not null && Best is { } best && _epochs.Count - best.Epoch >= options.EarlyStoppingEpochs;

    /// <summary>Trains until the last epoch or until training no longer helps; afterwards the network has the best weights.</summary>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public SupervisedResult Execute()
    {
        Restore();
        while (_epochs.Count < options.Epochs && !HasConverged)
        {
            TrainEpoch(_epochs.Count);
            FinishEpoch();
        }
        UseBestWeights();
        return new(_epochs, MeasureUsage());
    }

    private void TrainEpoch(int epoch)
    {
        foreach (var batches in plan.GetSteps(epoch).Skip(weights.Optimizer.Steps - plan.GetFirstStep(epoch)))
        {
            if (context.Cancellation.IsCancellationRequested && weights.Optimizer.Steps > 0) SaveCheckpoint();
            context.Cancellation.ThrowIfCancellationRequested();
            TrainStep(batches);
            if (Supervision?.Checkpoints.IsDue == true) SaveCheckpoint();
        }
    }

    private void TrainStep(int[][] batches)
    {
        meter.StartStep();
        var rate = weights.Optimizer.LearningRate;
        var tokens = loss.Accumulate(batches, weights.Optimizer);
        var value = weights.Step();
        var step = weights.Optimizer.Steps;
        method.OnStep(step, plan.Steps);
        meter.EndStep(tokens);
        context.Metrics?.Report(new("train/learning_rate", step, rate));
        context.Metrics?.Report(new("train/loss", step, value));
        _progress.Report(step, value, tokens);
    }

    private void FinishEpoch()
    {
        var result = new EpochResult(_epochs.Count + 1, _progress.Loss, Validate()) { IsComplete = method.IsComplete };
        _epochs.Add(result);
        context.Epochs?.Report(result);
        if (result.Validation is { } validation) ReportMetrics(validation);
        SaveCheckpoint();
    }

    private void ReportMetrics(ValidationResult validation)
    {
        var step = weights.Optimizer.Steps;
        context.Metrics?.Report(new("validation/macro_f1", step, validation.MacroF1));
        context.Metrics?.Report(new("validation/accuracy", step, validation.Accuracy));
        context.Metrics?.Report(new("validation/loss", step, validation.Loss));
    }

    /// <summary>Evaluates the weights, or their average, on the validation texts, and stores them if they are the best so far.</summary>
    private ValidationResult? Validate()
    {
        if (Validation?.Evaluates(network) != true) return null;
        weights.SwapAverage();
        var result = Validation.Evaluate(network);
        if (method.IsComplete && result.IsBetterThan(Best?.Validation)) Supervision?.Checkpoints.SaveBest(weights.Weights);
        weights.SwapAverage();
        return result;
    }

    private void UseBestWeights()
    {
        if (Supervision is null)
        {
            weights.SwapAverage();
            return;
        }
        using var scope = NewDisposeScope();
        var best = Supervision.Checkpoints.LoadBest();
        weights.Load(best);
        foreach (var tensor in best.Values) tensor.Dispose();
    }

    private void SaveCheckpoint() => Supervision?.Checkpoints.Save(
        new RunState(Supervision.Checkpoints.Fingerprint, weights.Optimizer.Steps, _progress.Loss, meter.Read(), [.. _epochs]),
        weights.State);

    private TrainingUsage MeasureUsage() => meter.CreateUsage(
        options.Adapter.Method, network.Parameters.Tensors.Sum(static parameter => parameter.Value.numel()),
        method.Trainable.Sum(static parameter => parameter.Value.numel()));

    private void Restore()
    {
        if (Supervision?.Checkpoints.Load() is not { } checkpoint) return;
        weights.Restore(checkpoint.State.Steps, checkpoint.Tensors);
        _progress.Loss = checkpoint.State.Loss;
        meter.Restore(checkpoint.State.Totals);
        _epochs.AddRange(checkpoint.State.Epochs);
        foreach (var tensor in checkpoint.Tensors.Values) tensor.Dispose();
    }
}
