namespace StreamBert.Contracts;

/// <summary>Holds the curves of a training run.</summary>
public sealed record RunCurve
{
    /// <summary>The moving average of the training loss over the steps, at 100 points at most.</summary>
    public IReadOnlyList<CurvePoint> Training { get; init => field = value ?? []; } = [];

    /// <summary>The loss after each epoch on texts with labels of people that are not trained on.</summary>
    public IReadOnlyList<CurvePoint> Validation { get; init => field = value ?? []; } = [];

    /// <summary>The number of steps.</summary>
    public required int Steps { get; init; }

    /// <summary>The throughput in tokens per second.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>The energy of fine-tuning in watt-hours, measured or estimated.</summary>
    public required double EnergyWattHours { get; init; }

    /// <summary>How the energy was determined.</summary>
    public required string EnergySource { get; init; }
}
