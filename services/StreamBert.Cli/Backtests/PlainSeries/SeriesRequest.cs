namespace StreamBert.Cli.Backtests.PlainSeries;

/// <summary>A backtest on plain series.</summary>
/// <param name="From">The time of the first row; null: the first one.</param>
/// <param name="To">The time after the last row; null: after the last one.</param>
/// <param name="Learn">The time before which rows are only learned: alerts before it are neither shown nor scored.</param>
internal sealed record SeriesRequest(DateTimeOffset? From, DateTimeOffset? To, DateTimeOffset? Learn)
{
    /// <summary>The file of labelled windows; null without one.</summary>
    public string? Labels { get; init; }

    /// <summary>Whether the input is a directory of series.</summary>
    public bool HasManySeries { get; init; }

    /// <summary>Whether the values and scores are kept for charts.</summary>
    public bool KeepsPoints { get; init; }

    /// <summary>Whether a row belongs to the backtest.</summary>
    public bool Covers(DateTimeOffset time) => !(time < From) && !(time >= To);
}
