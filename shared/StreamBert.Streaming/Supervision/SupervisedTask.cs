using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.Supervision;

/// <summary>Describes work that a <see cref="Supervisor"/> retries: its name, its delays, and what a failure means.</summary>
/// <param name="Name">The subject of log messages about the work, such as <c>The ledger</c> or <c>Consumer group inference</c>.</param>
public sealed record SupervisedTask(string Name)
{
    /// <summary>The delay before the first retry; 250 ms by default. Each further delay is about twice as long, with jitter.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest delay between two attempts; 10 s by default, and never shorter than <see cref="InitialDelay"/>.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The part of <see cref="Diagnostics.Readiness"/> that is marked as waiting while the work fails; null by default: none. The work
    /// itself marks the part as ready.
    /// </summary>
    public string? ReadinessPart { get; init; }

    /// <summary>Decides which exceptions are retried; all by default. Others end the supervision and reach the caller.</summary>
    public Func<Exception, bool> IsRetryable { get; init; } = static _ => true;

    /// <summary>Called with each exception that is retried, before the delay.</summary>
    public Action<Exception>? OnFailure { get; init; }

    /// <summary>Names work with the default delays.</summary>
    public static implicit operator SupervisedTask(string name) => new(name);

    /// <summary>Names work with the default delays.</summary>
    public static SupervisedTask FromString(string name) => new(name);

    /// <summary>Names work whose delays are about as long as an option says, and never longer.</summary>
    public static SupervisedTask WithDelay(string name, TimeSpan delay) => new(name) { InitialDelay = delay, MaxDelay = delay };
}
