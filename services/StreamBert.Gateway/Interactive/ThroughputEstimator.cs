using StreamBert.Contracts;

namespace StreamBert.Gateway.Interactive;

/// <summary>
/// Estimates how long interactive texts take, from exponentially decaying sums over the predictions. The throughput is that of all
/// workers together, but at least
/// that of one device while it computes, because idle workers show only that. Thread-safe.
/// </summary>
internal sealed class ThroughputEstimator(TimeProvider time)
{
    /// <summary>The time constant after which a prediction has the weight 1/e.</summary>
    private static readonly TimeSpan TimeConstant = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long _updatedAt = time.GetTimestamp();
    private double _tokens, _computedTokens, _deviceSeconds, _interactiveTexts, _interactiveTokens;

    public void Observe(TextClassified prediction)
    {
        var (tokens, timings) = (prediction.Tokens, prediction.Timings);
        lock (_lock)
        {
            Decay();
            _tokens += tokens;
            if (prediction.Origin.Topic == Topics.Interactive)
            {
                _interactiveTexts++;
                _interactiveTokens += tokens;
            }
            if (timings.BatchSize > 0)
            {
                _computedTokens += tokens;
                _deviceSeconds += timings.ModelMs / 1000 / timings.BatchSize;
            }
        }
    }

    /// <summary>
    /// Estimates the duration for a number of interactive texts of average length; null before the first interactive prediction.
    /// </summary>
    public TimeSpan? EstimateDuration(int texts)
    {
        lock (_lock)
        {
            Decay();
            var tokensPerSecond = Math.Max(
                _tokens / TimeConstant.TotalSeconds, _deviceSeconds > 0 ? _computedTokens / _deviceSeconds : 0);
            var seconds = texts * (_interactiveTokens / _interactiveTexts) / tokensPerSecond;
            return double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds)) : null;
        }
    }

    private void Decay()
    {
        var now = time.GetTimestamp();
        var factor = Math.Exp(-(time.GetElapsedTime(_updatedAt, now) / TimeConstant));
        _updatedAt = now;
        _tokens *= factor;
        _computedTokens *= factor;
        _deviceSeconds *= factor;
        _interactiveTexts *= factor;
        _interactiveTokens *= factor;
    }
}
