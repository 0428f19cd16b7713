using StreamBert.Contracts;

namespace StreamBert.Gateway.Interactive;

/// <summary>
/// How fast texts are answered, learned from the predictions as they come: sums that fade with the age of what they sum. The pace is
/// that of all workers together as seen, but no less than one device has while it computes, which is all that idle workers show.
/// Thread-safe.
/// </summary>
internal sealed class ThroughputEstimator(TimeProvider time)
{
    /// <summary>After which a prediction weighs 1/e.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long _at = time.GetTimestamp();
    private double _tokens, _computedTokens, _deviceSeconds, _askedTexts, _askedTokens;

    public void Observe(TextClassified prediction)
    {
        var (tokens, timings) = (prediction.Tokens, prediction.Timings);
        lock (_gate)
        {
            Fade();
            _tokens += tokens;
            if (prediction.Origin.Topic == Topics.Interactive) (_askedTexts, _askedTokens) = (_askedTexts + 1, _askedTokens + tokens);
            if (timings.BatchSize > 0)
            {
                (_computedTokens, _deviceSeconds) = (_computedTokens + tokens, _deviceSeconds
                + (timings.ModelMs / 1000 / timings.BatchSize));
            }
        }
    }

    /// <summary>How long as many interactive texts of the usual length take; null while nothing is known.</summary>
    public TimeSpan? TimeFor(int texts)
    {
        lock (_gate)
        {
            Fade();
            var perSecond = Math.Max(_tokens / Memory.TotalSeconds, _deviceSeconds > 0 ? _computedTokens / _deviceSeconds : 0);
            var seconds = texts * (_askedTokens / _askedTexts) / perSecond;
            return double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds)) : null;
        }
    }

    private void Fade()
    {
        var now = time.GetTimestamp();
        var left = Math.Exp(-(time.GetElapsedTime(_at, now) / Memory));
        _at = now;
        (_tokens, _computedTokens, _deviceSeconds) = (_tokens * left, _computedTokens * left, _deviceSeconds * left);
        (_askedTexts, _askedTokens) = (_askedTexts * left, _askedTokens * left);
    }
}
