using Microsoft.Extensions.Options;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Training.Runs;

/// <summary>
/// Limits the attempts of failing runs and delays them, each about twice as long as the one before, and shows them in the health of the
/// process. An unavailable log and an error of the disk are not the run's fault and are retried without a limit.
/// </summary>
internal sealed class RunAttempts(IOptions<TrainingOptions> options, Readiness readiness, TimeProvider time)
{
    private const string Component = "training";
    private const int MaxDoublings = 6;
    private readonly TrainingOptions _options = options.Value;
    private readonly Dictionary<string, Failure> _failures = new(StringComparer.Ordinal);

    /// <summary>Whether a failed run waits for its next attempt.</summary>
    public bool HasWaiting => _failures.Values.Any(static failure => !failure.IsGivenUp);

    /// <summary>Returns whether the next run of a model may start.</summary>
    public bool MayStart(string model) => !_failures.TryGetValue(model, out var failure) || failure.IsGivenUp
        || time.GetElapsedTime(failure.FailedAt) >= failure.Delay;

    /// <summary>Records that a run came to an end without an error.</summary>
    public void Succeed(string model)
    {
        if (_failures.Remove(model))
            Report();
    }

    /// <summary>Records a failed attempt.</summary>
    /// <returns>The number of attempts if it was the last one; null if the run is retried.</returns>
    public int? Fail(string model, Exception error)
    {
        var before = _failures.GetValueOrDefault(model) is { IsGivenUp: false } failure ? failure : null;
        var attempts = (before?.Attempts ?? 0) + (IsTransient(error) ? 0 : 1);
        var repeats = (before?.Repeats ?? -1) + 1;
        var isGivenUp = attempts >= _options.MaximumAttempts;
        _failures[model] = new(attempts, repeats, time.GetTimestamp(), DelayOf(repeats), error.Message.TrimEnd('.'), isGivenUp);
        Report();
        return isGivenUp ? attempts : null;
    }

    private static bool IsTransient(Exception error) => error is DependencyUnavailableException
        || (error is IOException and not (FileNotFoundException or DirectoryNotFoundException));

    private TimeSpan DelayOf(int repeats) => _options.RetryDelay * Math.Pow(2, Math.Min(repeats, MaxDoublings));

    private void Report()
    {
        if (_failures.Count == 0)
        {
            readiness.Recover(Component);
            return;
        }
        readiness.Degrade(
            Component,
            string.Join(' ', _failures.Select(static failed => $"The training run of {failed.Key} failed: {failed.Value.Reason}.")),
            string.Join(' ', _failures.Select(static failed => failed.Value.IsGivenUp
                ? $"It was tried {failed.Value.Attempts} times; fix what the reason names and start a run of {failed.Key} again."
                : $"The feedback of {failed.Key} is kept, and the run is retried in {failed.Value.Delay}; fix what the reason names.")));
    }

    private sealed record Failure(int Attempts, int Repeats, long FailedAt, TimeSpan Delay, string Reason, bool IsGivenUp);
}
