namespace StreamBert.Contracts;

/// <summary>Configures the monitoring of a pipeline. Times are event time.</summary>
public sealed record MonitorOptions
{
    /// <summary>The length of a window. Default: 1 minute.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How late a text may come and still be counted in its open window. Default: 10 s.</summary>
    public TimeSpan AllowedLateness { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A head whose labels divide the pipeline into segments: short for <c>head:NAME</c> in <see cref="MonitorRules.Segments"/>, whatever
    /// the rules are. Default: null.
    /// </summary>
    public string? SegmentHead { get; init; }

    /// <summary>What is watched and judged; it can be changed at run time by a record of the topic <c>rules</c>.</summary>
    public MonitorRules Rules { get; init; } = new();
}
