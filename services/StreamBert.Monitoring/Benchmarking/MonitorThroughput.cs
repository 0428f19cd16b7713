namespace StreamBert.Monitoring.Benchmarking;

/// <summary>The result of <see cref="MonitorBenchmark"/>.</summary>
public sealed record MonitorThroughput
{
    /// <summary>The largest number of series with texts in a window.</summary>
    public required int Series { get; init; }

    /// <summary>The number of predictions.</summary>
    public required long Predictions { get; init; }

    /// <summary>Predictions per second of one thread.</summary>
    public required double PredictionsPerSecond { get; init; }

    /// <summary>The share of the time in which predictions were parsed.</summary>
    public required double IntakeShare { get; init; }

    /// <summary>The share of the time in which checkpoints were written.</summary>
    public required double CheckpointShare { get; init; }

    /// <summary>The number of checkpoints.</summary>
    public required int Checkpoints { get; init; }

    /// <summary>The bytes of all checkpoints.</summary>
    public required long CheckpointBytes { get; init; }

    /// <summary>The bytes that the monitor keeps on the heap.</summary>
    public required long LiveHeapBytes { get; init; }

    /// <summary>Event time divided by computing time.</summary>
    public required double SpeedUp { get; init; }

    /// <summary>The number of records to commit.</summary>
    public required long Outputs { get; init; }

    /// <summary>The number of alerts that were raised.</summary>
    public required long Alerts { get; init; }
}
