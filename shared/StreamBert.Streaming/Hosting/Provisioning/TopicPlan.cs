using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Streaming.Hosting.Provisioning;

/// <summary>Every topic the configured pipelines need, with its partitions and retention.</summary>
public static class TopicPlan
{
    /// <summary>Bytes kept of a state topic: only its last record counts.</summary>
    private const long StateBytes = 64L * 1024 * 1024;

    /// <summary>For which questions about tokens are kept: longer than anybody awaits their answers.</summary>
    private static readonly TimeSpan AskedMaxAge = TimeSpan.FromHours(1);

    /// <summary>For which reports of health are kept: long after the last of a process that still runs.</summary>
    private static readonly TimeSpan HealthMaxAge = TimeSpan.FromHours(1);

    public static IReadOnlyList<TopicSpec> For(PipelineCatalog pipelines, EventLogOptions options)
    {
        var bulk = pipelines.All.SelectMany(static p => p.Inputs.Concat(p.Routes.Select(static r => Topics.Route(r.Queue))))
            .Append(Topics.Interactive).Append(Topics.Explain).Append(Topics.Predictions).Distinct();
        return
        [
            .. bulk.Select(topic => new TopicSpec(topic, options.Partitions, options.MaxAge, options.MaxBytes)),
            new(Topics.Tokenize, options.Partitions, AskedMaxAge),
            new(Topics.Tokens, 1, AskedMaxAge),
            new(Topics.DeadLetter, options.Partitions, options.DeadLetterMaxAge),
            new(Topics.DeadLetterState, 1),
            new(Topics.Feedback, options.Partitions, options.FeedbackMaxAge),
            new(Topics.Progress, 1, options.MaxAge, options.MaxBytes),
            new(Topics.Trends, 1, options.MaxAge, options.MaxBytes),
            new(Topics.EventTime, 1, MaxBytes: StateBytes),
            new(Topics.Health, 1, HealthMaxAge),
            new(Topics.Alerts, 1),
            new(Topics.Models, 1),
            new(Topics.Audit, 1),
            new(Topics.MonitorState, 1, MaxBytes: StateBytes),
            new(Topics.LedgerState, 1, MaxBytes: StateBytes),
            new(Topics.ReplayState, 1, MaxBytes: StateBytes),
        ];
    }
}
