using System.ComponentModel.DataAnnotations;
using StreamBert.Contracts;

namespace StreamBert.Training.Rollout;

/// <summary>How an accepted candidate comes to serve, and what ends its rollout. Bound from <c>Training:Rollout</c>.</summary>
public sealed class RolloutOptions
{
    /// <summary>
    /// The first stage of a candidate that passed its gates: <c>immediate</c>, which serves at once, <c>shadow</c>, which the stage canary
    /// follows, or <c>canary</c>. Default: immediate, so that a model learns within one run even where few texts arrive.
    /// </summary>
    [AllowedValues(PromotionRequested.Immediate, RolloutStages.Shadow, RolloutStages.Canary)]
    public string Start { get; set; } = PromotionRequested.Immediate;

    /// <summary>
    /// The share of the keys of whose texts a candidate gets copies while it is in the stage shadow. Default: 0.2. A copy is classified
    /// when the device has nothing else to do, and is dropped and counted if too many wait.
    /// </summary>
    [Range(0.001, 1.0)]
    public double ShadowShare { get; set; } = 0.2;

    /// <summary>The duration of the stage shadow. Default: 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan ShadowDuration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The share of the keys that a candidate answers while it is in the stage canary. Default: 0.1.</summary>
    [Range(0.001, 0.9)]
    public double CanaryShare { get; set; } = 0.1;

    /// <summary>The duration of the stage canary. Default: 30 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan CanaryDuration { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The number of texts that a candidate classifies in a stage before the next one begins. Default: 200.</summary>
    [Range(0, 10_000_000)]
    public int MinimumTexts { get; set; } = 200;

    /// <summary>
    /// The duration after which a stage ends even with fewer texts, so that a quiet stream does not stop learning. Default: 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan MaximumDuration { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// The share of its texts on which a candidate may fail, so that the champion answers. Default: 0.01. A rollout is rolled back if a
    /// greater share is shown.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MaximumErrorRate { get; set; } = 0.01;

    /// <summary>The time for a text that a candidate may take, relative to the champion in batches of like size. Default: 2.</summary>
    [Range(1.0, 1000.0)]
    public double MaximumSlowdown { get; set; } = 2;

    /// <summary>
    /// The difference of the share of any label between the keys of the candidate and those of the champion, in any pipeline and head.
    /// Default: 0.1, which is ten percentage points. A rollout is rolled back if a greater difference is shown.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MaximumLabelShift { get; set; } = 0.1;

    /// <summary>
    /// The share of the copies to which the candidate must give the champion's label, in every pipeline and head. Default: 0.8. A rollout
    /// in the stage shadow is rolled back if a smaller share is shown.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinimumAgreement { get; set; } = 0.8;

    /// <summary>
    /// The probability that the conditions roll a candidate back that is exactly as good as they allow, over a whole stage and all
    /// conditions. Default: 0.01.
    /// </summary>
    [Range(1e-6, 0.5)]
    public double FalseRollbackRate { get; set; } = 0.01;

    /// <summary>Returns the share of a stage.</summary>
    internal double ShareOf(string stage) => stage == RolloutStages.Shadow ? ShadowShare : CanaryShare;

    /// <summary>Returns the duration of a stage.</summary>
    internal TimeSpan DurationOf(string stage) => stage == RolloutStages.Shadow ? ShadowDuration : CanaryDuration;
}
