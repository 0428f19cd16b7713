using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Streaming.Hosting.Provisioning;

/// <summary>Lists every topic that the configured pipelines need, with its partitions and retention.</summary>
public static class TopicPlan
{
    /// <summary>The bytes kept of a topic of checkpoints: only its last record is used.</summary>
    private const long CheckpointBytes = 64L * 1024 * 1024;

    /// <summary>
    /// The bytes kept of the topic of the monitor's checkpoints, whose last one refers to parts that earlier ones stored.
    /// </summary>
    private const long MonitorStateBytes = 2 * CheckpointBytes;

    /// <summary>How long requests for tokens and previews are kept: longer than anybody waits for their responses.</summary>
    private static readonly TimeSpan RequestMaxAge = TimeSpan.FromHours(1);

    /// <summary>How long health reports are kept: much longer than the interval between two reports of a process.</summary>
    private static readonly TimeSpan HealthMaxAge = TimeSpan.FromHours(1);

    /// <summary>Lists the topics of the pipelines.</summary>
    public static IReadOnlyList<TopicSpec> For(PipelineCatalog pipelines, EventLogOptions options)
    {
        var bulk = pipelines.All.SelectMany(static p => p.Inputs.Concat(p.Routes.Select(static r => Topics.Route(r.Queue))))
            .Append(Topics.Interactive).Append(Topics.Explain).Append(Topics.Predictions).Distinct();
        return
        [
            .. bulk.Select(topic => new TopicSpec(topic, options.Partitions, options.MaxAge, options.MaxBytes)),
            new(Topics.Tokenize, options.Partitions, RequestMaxAge),
            new(Topics.Tokens, 1, RequestMaxAge),
            new(Topics.RulesPreviewRequests, 1, RequestMaxAge),
            new(Topics.RulesPreviews, 1, RequestMaxAge),
            new(Topics.DeadLetter, options.Partitions, options.DeadLetterMaxAge),
            new(Topics.DeadLetterState, 1),
            new(Topics.Feedback, options.Partitions, options.FeedbackMaxAge),
            new(Topics.Progress, 1, options.MaxAge, options.MaxBytes),
            new(Topics.Trends, 1, options.MaxAge, options.MaxBytes),
            new(Topics.EventTime, 1, MaxBytes: CheckpointBytes),
            new(Topics.Fairness, 1, MaxBytes: CheckpointBytes),
            new(Topics.Accuracy, 1, MaxBytes: CheckpointBytes),
            new(Topics.Drift, 1, MaxBytes: CheckpointBytes),
            new(Topics.LabellingSample, 1, options.MaxAge, options.MaxBytes),
            new(Topics.Health, 1, HealthMaxAge),
            new(Topics.Alerts, 1),
            new(Topics.AlertActions, 1),
            new(Topics.Notifications, 1),
            new(Topics.Models, 1),
            new(Topics.Shadow, 1, options.MaxAge, options.MaxBytes),
            new(Topics.Audit, 1),
            new(Topics.Rules, 1),
            new(Topics.Annotators, 1),
            new(Topics.MonitorState, 1, MaxBytes: MonitorStateBytes),
            new(Topics.LedgerState, 1, MaxBytes: CheckpointBytes),
            new(Topics.ReplayState, 1, MaxBytes: CheckpointBytes),
        ];
    }
}
