namespace StreamBert.Contracts;

/// <summary>Reports the health of one process, on every change and every 30 seconds, where several processes share a log.</summary>
public sealed record HealthReported
{
    /// <summary>The service, such as <c>streambert-inference</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Distinguishes the processes of one service.</summary>
    public required string Instance { get; init; }

    /// <summary>When the report was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The current degradations; empty if there are none, or after a regular stop.</summary>
    public required IReadOnlyList<Degradation> Degraded { get; init; }
}
