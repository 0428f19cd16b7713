using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training;

/// <summary>AdamW with warm-up, linear decay and clipped gradients, and the progress of a run.</summary>
internal sealed class Schedule : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly AdamW _optimizer;
    private readonly string _stage;
    private readonly int _steps, _epochs;
    private readonly double _peak;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _tokens;
    private int _step;
    private double _loss = double.NaN;

    public Schedule(
        string stage,
        IEnumerable<Parameter> weights,
        double learningRate,
        int steps,
        int epochs,
        IProgress<TrainingProgress>? progress)
    {
        _parameters = weights.ToArray();
        (this._stage, this._steps, this._epochs, this._progress, _peak) = (stage, Math.Max(1, steps), epochs, progress, learningRate);
        _optimizer = new AdamW(_parameters);
    }

    /// <summary>Share of the run that is done.</summary>
    public double Done => (double)_step / _steps;

    /// <summary>Steps down the gradient of a scalar loss.</summary>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public void Step(Tensor objective, int batchTokens)
    {
        _optimizer.ZeroGradients();
        objective.backward();
        nn.utils.clip_grad_norm_(_parameters, 1);
        _optimizer.Step(_peak * Rate());
        Report(objective.item<float>(), batchTokens);
    }

    public void Dispose() => _optimizer.Dispose();

    private double Rate()
    {
        var warmUp = Math.Max(1, _steps / 20);
        return _step < warmUp ? (_step + 1.0) / warmUp : Math.Max(0, (double)(_steps - _step) / (_steps - warmUp));
    }

    private void Report(double latest, int batchTokens)
    {
        if (!double.IsFinite(latest))
        {
            throw new InvalidOperationException(
            $"The loss became {latest} at step {_step} of {_stage}; try a smaller learning rate.");
        }

        _loss = double.IsNaN(_loss) ? latest : 0.98 * _loss + 0.02 * latest;
        _tokens += batchTokens;
        _step++;
        var remaining = _watch.Elapsed / _step * (_steps - _step);
        _progress?.Report(new TrainingProgress(
            _stage,
            Math.Min(_epochs, (int)(Done * _epochs) + 1),
            _epochs,
            _step,
            _steps,
            _loss,
            _tokens / _watch.Elapsed.TotalSeconds,
            remaining));
    }
}
