using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Training.Gates;

namespace StreamBert.Training;

/// <summary>When and how models learn from feedback. Bound from the section <c>Training</c>.</summary>
public sealed class TrainingOptions
{
    public const string Section = "Training";

    /// <summary>New verdicts on a model since its last run that start one. A <c>TrainingRequested</c> starts one at any time.</summary>
    [Range(1, 1_000_000)]
    public int MinimumFeedback { get; set; } = 100;

    /// <summary>
    /// Pause between the verdict or request that starts a run and the reading of its data, so that verdicts given together are learned
    /// together.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Settle { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The newest verdicts that a run learns from.</summary>
    [Range(10, 1_000_000)]
    public int MaximumFeedback { get; set; } = 20_000;

    /// <summary>Share of the texts that is held out to judge by.</summary>
    [Range(0.05, 0.9)]
    public double HeldOutShare { get; set; } = 0.3;

    /// <summary>Replay texts for each verdict.</summary>
    [Range(0.0, 100.0)]
    public double ReplayPerVerdict { get; set; } = 4;

    /// <summary>Replay texts at least, as far as the log has them.</summary>
    [Range(0, 1_000_000)]
    public int MinimumReplay { get; set; } = 512;

    /// <summary>Replay texts at most.</summary>
    [Range(0, 1_000_000)]
    public int MaximumReplay { get; set; } = 8192;

    /// <summary>A champion's answer is rehearsed, and its loss counts as forgetting, from this confidence on.</summary>
    [Range(0.0, 1.0)]
    public double ReplayConfidence { get; set; } = 0.7;

    /// <summary>Times that a run goes through its texts.</summary>
    [Range(1, 1000)]
    public int Epochs { get; set; } = 4;

    /// <summary>Peak learning rate of AdamW. Far below that of training from scratch, so that little else is forgotten.</summary>
    [Range(1e-8, 1)]
    public double LearningRate { get; set; } = 2e-4;

    /// <summary>Word pieces in one training step. Few, so that a few hundred verdicts make enough steps.</summary>
    [Range(1, 1 << 20)]
    public int BatchTokens { get; set; } = 512;

    /// <summary>Processor threads that training may use. One leaves the others to inference in the same process.</summary>
    [Range(1, 256)]
    public int Threads { get; set; } = 1;

    /// <summary>
    /// Rejected candidates kept on disk per model, the newest ones; every version that has served is kept for a rollback.
    /// </summary>
    [Range(0, 1000)]
    public int KeepRejected { get; set; } = 3;

    /// <summary>Pause before a run that failed is tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    [ValidateObjectMembers]
    public GateOptions Gates { get; set; } = new();
}

[OptionsValidator]
internal sealed partial class TrainingOptionsValidator : IValidateOptions<TrainingOptions>;
