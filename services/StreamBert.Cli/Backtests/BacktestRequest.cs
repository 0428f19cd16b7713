using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Cli.Backtests;

/// <summary>A validated backtest: its pipeline with its rules, its period and its labels.</summary>
/// <param name="Pipeline">The pipeline, with the rules of <c>--rules</c> if they are given.</param>
/// <param name="Options">The technical limits of the monitor.</param>
internal sealed record BacktestRequest(PipelineOptions Pipeline, MonitoringOptions Options)
{
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>The time before which the monitor only learns: alerts before it are not scored.</summary>
    public DateTimeOffset? Learn { get; init; }

    /// <summary>The labelled windows; null without <c>--labels</c>.</summary>
    public IReadOnlyList<LabelledWindow>? Labels { get; init; }

    /// <summary>Whether the trends of every series are kept for the report.</summary>
    public bool KeepsTrends { get; init; }

    /// <summary>The reference profiles of the model.</summary>
    public IReadOnlyList<ModelProfiled> Profiles { get; init; } = [];

    /// <summary>Whether <c>--rules</c> replaces the rules of the settings and their changes in the log.</summary>
    public bool ReplacesRules { get; init; }

    public BacktestSettings Settings => new() { From = From, To = To, AppliesRuleChanges = !ReplacesRules, Profiles = Profiles };
}
