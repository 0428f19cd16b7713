namespace StreamBert.Contracts;

/// <summary>Holds the progress of a training run that is in progress.</summary>
public sealed record RunProgress
{
    /// <summary>The current epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>The number of completed steps.</summary>
    public required int Step { get; init; }

    /// <summary>The number of steps.</summary>
    public required int Steps { get; init; }

    /// <summary>The moving average of the training loss.</summary>
    public required double Loss { get; init; }

    /// <summary>The throughput in tokens per second.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>The estimated time until fine-tuning ends, in seconds; the evaluation follows.</summary>
    public required double RemainingSeconds { get; init; }
}
