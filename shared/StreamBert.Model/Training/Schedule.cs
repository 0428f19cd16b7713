using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training;

/// <summary>AdamW with warm-up, linear decay and clipped gradients, and the progress of a run.</summary>
internal sealed class Schedule : IDisposable
{
    private readonly Parameter[] parameters;
    private readonly AdamW optimizer;
    private readonly string stage;
    private readonly int steps, epochs;
    private readonly double peak;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private long tokens;
    private int step;
    private double loss = double.NaN;

    public Schedule(
        string stage,
        IEnumerable<Parameter> weights,
        double learningRate,
        int steps,
        int epochs,
        IProgress<TrainingProgress>? progress)
    {
        parameters = weights.ToArray();
        (this.stage, this.steps, this.epochs, this.progress, peak) = (stage, Math.Max(1, steps), epochs, progress, learningRate);
        optimizer = new AdamW(parameters);
    }

    /// <summary>Share of the run that is done.</summary>
    public double Done => (double)step / steps;

    /// <summary>Steps down the gradient of a scalar loss.</summary>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public void Step(Tensor objective, int batchTokens)
    {
        optimizer.ZeroGradients();
        objective.backward();
        nn.utils.clip_grad_norm_(parameters, 1);
        optimizer.Step(peak * Rate());
        Report(objective.item<float>(), batchTokens);
    }

    public void Dispose() => optimizer.Dispose();

    private double Rate()
    {
        var warmUp = Math.Max(1, steps / 20);
        return step < warmUp ? (step + 1.0) / warmUp : Math.Max(0, (double)(steps - step) / (steps - warmUp));
    }

    private void Report(double latest, int batchTokens)
    {
        if (!double.IsFinite(latest))
        {
            throw new InvalidOperationException(
            $"The loss became {latest} at step {step} of {stage}; try a smaller learning rate.");
        }

        loss = double.IsNaN(loss) ? latest : 0.98 * loss + 0.02 * latest;
        tokens += batchTokens;
        step++;
        var remaining = watch.Elapsed / step * (steps - step);
        progress?.Report(new TrainingProgress(
            stage,
            Math.Min(epochs, (int)(Done * epochs) + 1),
            epochs,
            step,
            steps,
            loss,
            tokens / watch.Elapsed.TotalSeconds,
            remaining));
    }
}
