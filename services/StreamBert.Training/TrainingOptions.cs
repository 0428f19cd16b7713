using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Model.Training.Adapters;
using StreamBert.Training.Gates;
using StreamBert.Training.Rollout;
using StreamBert.Training.Triggers;
using StreamBert.Training.Webhooks;

namespace StreamBert.Training;

/// <summary>When and how models are fine-tuned on feedback. Bound from the section <c>Training</c>.</summary>
public sealed class TrainingOptions
{
    public const string Section = "Training";

    /// <summary>
    /// The number of feedback records on a model since its last run that start the next one. Default: 100. It doubles with each candidate
    /// that is not shown to be better than the serving version, up to eight times, because small gains take many texts to show. A
    /// <c>TrainingRequested</c> starts a run at any time.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MinimumFeedback { get; set; } = 100;

    /// <summary>
    /// When runs start on whatever feedback is new: a cron expression of minute, hour, day, month and weekday, such as <c>0 2 * * *</c>.
    /// Default: none. Times that pass while the trainer does not run are made up for by one run.
    /// </summary>
    [CronExpression]
    public string? Schedule { get; set; }

    /// <summary>The time zone of <see cref="Schedule"/>, by its name in the IANA database. Default: UTC.</summary>
    [TimeZoneName]
    public string ScheduleTimeZone { get; set; } = "UTC";

    /// <summary>
    /// Whether an alert on the health of a model (drift, accuracy, error rate) starts a run while it fires, once for each alert. Default:
    /// false.
    /// </summary>
    public bool OnDrift { get; set; }

    /// <summary>
    /// The number of new feedback records with which an alert starts a run. Default: 40, half of which is enough to evaluate on.
    /// </summary>
    [Range(1, 1_000_000)]
    public int DriftMinimumFeedback { get; set; } = 40;

    /// <summary>
    /// The delay between the feedback or request that starts a run and the reading of its dataset, so that feedback given together is
    /// trained on together. Default: 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan FeedbackDebounce { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The maximum number of labels in a dataset; the newest that are neither withdrawn nor replaced are used. Default: 20000.
    /// </summary>
    [Range(10, 1_000_000)]
    public int MaximumFeedback { get; set; } = 20_000;

    /// <summary>
    /// The share of the new feedback that is held out for the evaluation. Default: 0.5. The next run trains on it, and evaluates on newer
    /// feedback.
    /// </summary>
    [Range(0.05, 0.9)]
    public double HeldOutShare { get; set; } = 0.5;

    /// <summary>The number of replay texts per feedback record. Default: 4.</summary>
    [Range(0.0, 100.0)]
    public double ReplayPerFeedback { get; set; } = 4;

    /// <summary>The minimum number of replay texts, as far as the log holds them. Default: 512.</summary>
    [Range(0, 1_000_000)]
    public int MinimumReplay { get; set; } = 512;

    /// <summary>The maximum number of replay texts. Default: 8192.</summary>
    [Range(0, 1_000_000)]
    public int MaximumReplay { get; set; } = 8192;

    /// <summary>
    /// The confidence from which a prediction of the champion is a replay label. Default: 0.7. Only heads without an anchor are trained and
    /// compared on these labels.
    /// </summary>
    [Range(0.0, 1.0)]
    public double ReplayConfidence { get; set; } = 0.7;

    /// <summary>The number of epochs of a run. Default: 2.</summary>
    [Range(1, 1000)]
    public int Epochs { get; set; } = 2;

    /// <summary>
    /// What is trained: <c>lora</c>, low-rank updates of the weights and the heads, or <c>full</c>, all parameters. Default: lora.
    /// </summary>
    [AllowedValues(AdapterMethod.Lora, AdapterMethod.Full)]
    public string Method { get; set; } = AdapterMethod.Lora;

    /// <summary>The rank of low-rank updates, unless the champion is an adapter, whose rank is kept. Default: 8.</summary>
    [Range(1, 1024)]
    public int Rank { get; set; } = 8;

    /// <summary>
    /// The peak learning rate of AdamW for all parameters, and for an adapter that is trained further; that of new low-rank updates is ten
    /// times as great. Default: 0.0001, far below that of training from scratch, which limits forgetting.
    /// </summary>
    [Range(1e-8, 1)]
    public double LearningRate { get; set; } = 1e-4;

    /// <summary>
    /// The number of tokens in a training step. Default: 512, so that a few hundred feedback records make enough steps.
    /// </summary>
    [Range(1, 1 << 20)]
    public int BatchTokens { get; set; } = 512;

    /// <summary>
    /// The number of processor threads that training may use. Default: 1, which leaves the others to inference in the same process.
    /// </summary>
    [Range(1, 256)]
    public int Threads { get; set; } = 1;

    /// <summary>
    /// The number of rejected candidates that are kept on disk for each model; the newest are kept. Default: 3. Every version that has
    /// served is kept for a rollback, unless <see cref="KeepVersions"/> is set.
    /// </summary>
    [Range(0, 1000)]
    public int KeepRejected { get; set; } = 3;

    /// <summary>
    /// The number of the newest versions of a model that are kept on disk; older ones are removed after a run, unless they serve, are
    /// pinned, or are needed for a rollback or by another version. 0 keeps every version that has served. Default: 0.
    /// </summary>
    [Range(0, 100_000)]
    public int KeepVersions { get; set; }

    /// <summary>
    /// The delay before a failed run is retried; each further delay is twice as long, up to 64 times this one. Default: 1 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The number of attempts of a failing run, after which it is reported as failed and the next one waits for new feedback or a request.
    /// An unavailable log or a full disk is retried without a limit. Default: 5.
    /// </summary>
    [Range(1, 1000)]
    public int MaximumAttempts { get; set; } = 5;

    /// <summary>How an accepted candidate comes to serve.</summary>
    [ValidateObjectMembers]
    public RolloutOptions Rollout { get; set; } = new();

    /// <summary>The receivers of events about model versions. Default: none.</summary>
    [ValidateEnumeratedItems]
    public IList<WebhookOptions> Webhooks { get; } = [];

    /// <summary>The conditions for the promotion of a candidate.</summary>
    [ValidateObjectMembers]
    public GateOptions Gates { get; set; } = new();
}

[OptionsValidator]
internal sealed partial class TrainingOptionsValidator : IValidateOptions<TrainingOptions>;
