using StreamBert.Monitoring.Statistics.Sequential;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// The error rates of a head's feedback: of the random sample and of other feedback, which is biased and therefore separate.
/// </summary>
internal sealed class ErrorRates
{
    public ErrorRate Sample { get; set; } = new();
    public ErrorRate Others { get; set; } = new();
}

/// <summary>The error rate of one kind of feedback.</summary>
internal sealed class ErrorRate
{
    /// <summary>The minimum rise that is reported.</summary>
    public const double MinimumRise = 0.05;

    /// <summary>The window of errors (1) and correct predictions (0) whose mean has not changed.</summary>
    public Adwin Window { get; set; } = new();

    /// <summary>The rate before a rise that lasts; null without one.</summary>
    public double? Before { get; set; }

    /// <summary>Adds a labelled prediction, in the order in which feedback was read.</summary>
    public void Add(bool isError)
    {
        if (Window.Add(isError ? 1 : 0) && Before is null && Window.Mean >= Window.MeanBefore + MinimumRise)
            Before = Window.MeanBefore;
        else if (Before is { } before && Window.Mean < before + MinimumRise / 2)
            Before = null;
    }
}
