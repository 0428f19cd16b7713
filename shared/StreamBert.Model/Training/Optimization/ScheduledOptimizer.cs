using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Optimization;

/// <summary>AdamW with linear warm-up, linear decay and gradient clipping. It reports the progress of the run.</summary>
internal sealed class ScheduledOptimizer : IDisposable
{
    private const double MaxGradientNorm = 1, LossSmoothing = 0.98;

    /// <summary>The learning rate rises during one of so many parts of the run.</summary>
    private const int WarmUpDivisor = 20;

    private readonly Parameter[] _parameters;
    private readonly AdamW _optimizer;
    private readonly string _stage;
    private readonly int _steps, _epochs;
    private readonly double _peakLearningRate;
    private readonly TrainingContext _context;
    private readonly long _startTimestamp;
    private long _tokens;
    private int _step;
    private double _loss = double.NaN;

    public ScheduledOptimizer(
        string stage, IEnumerable<Parameter> parameters, double peakLearningRate, int steps, int epochs, TrainingContext context)
    {
        _parameters = parameters.ToArray();
        (_stage, _steps, _epochs, _peakLearningRate, _context) = (stage, Math.Max(1, steps), epochs, peakLearningRate, context);
        _optimizer = new AdamW(_parameters);
        _startTimestamp = context.TimeProvider.GetTimestamp();
    }

    /// <summary>Updates the parameters by the gradients of a scalar loss.</summary>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public void Step(Tensor loss, int batchTokens)
    {
        _optimizer.ZeroGradients();
        loss.backward();
        nn.utils.clip_grad_norm_(_parameters, MaxGradientNorm);
        _optimizer.Step(_peakLearningRate * GetLearningRateFactor());
        Report(loss.item<float>(), batchTokens);
    }

    public void Dispose() => _optimizer.Dispose();

    private double GetLearningRateFactor()
    {
        var warmUpSteps = Math.Max(1, _steps / WarmUpDivisor);
        return _step < warmUpSteps ? (_step + 1.0) / warmUpSteps : Math.Max(0, (double)(_steps - _step) / (_steps - warmUpSteps));
    }

    private void Report(double loss, int batchTokens)
    {
        if (!double.IsFinite(loss))
            throw new InvalidOperationException($"The loss became {loss} at step {_step} of {_stage}; reduce the learning rate.");
        _loss = double.IsNaN(_loss) ? loss : LossSmoothing * _loss + (1 - LossSmoothing) * loss;
        _tokens += batchTokens;
        _step++;
        var elapsed = _context.TimeProvider.GetElapsedTime(_startTimestamp);
        var epoch = Math.Min(_epochs, (int)((double)_step / _steps * _epochs) + 1);
        _context.Progress?.Report(new TrainingProgress(
            _stage, epoch, _epochs, _step, _steps, _loss, _tokens / elapsed.TotalSeconds, elapsed / _step * (_steps - _step)));
    }
}
