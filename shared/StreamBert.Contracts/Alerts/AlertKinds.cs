namespace StreamBert.Contracts;

/// <summary>Lists the values of <see cref="AlertRaised.Kind"/>.</summary>
public static class AlertKinds
{
    /// <summary>The share or the count of a watched label is above its baseline.</summary>
    public const string LabelSurge = "label-surge";

    /// <summary>The share or the count of a watched label is below its baseline.</summary>
    public const string LabelDrop = "label-drop";

    /// <summary>The number of texts is above its baseline.</summary>
    public const string VolumeSurge = "volume-surge";

    /// <summary>The number of texts is below its baseline.</summary>
    public const string VolumeSilence = "volume-silence";

    /// <summary>The distribution of labels has drifted from the reference.</summary>
    public const string LabelDrift = "label-drift";

    /// <summary>The distribution of confidences has drifted from the reference.</summary>
    public const string ConfidenceDrift = "confidence-drift";

    /// <summary>The distribution of lengths has drifted from the reference.</summary>
    public const string LengthDrift = "length-drift";

    /// <summary>The share of unknown tokens has risen above the reference.</summary>
    public const string TokenDrift = "token-drift";

    /// <summary>The embeddings have drifted from the reference.</summary>
    public const string EmbeddingDrift = "embedding-drift";

    /// <summary>A new model version answers differently.</summary>
    public const string VersionChange = "version-change";

    /// <summary>The estimated accuracy has fallen.</summary>
    public const string AccuracyDrop = "accuracy-drop";

    /// <summary>The error rate of the predictions with feedback has risen.</summary>
    public const string ErrorRate = "error-rate";

    /// <summary>The rate of a label differs between groups.</summary>
    public const string Fairness = "fairness";

    /// <summary>A worker refuses the model version that should serve.</summary>
    public const string ModelRefused = "model-refused";

    /// <summary>The trainer rolled a candidate back without a person.</summary>
    public const string RolloutRolledBack = "rollout-rolled-back";

    /// <summary>The monitor reached the limit of groups, segments, entities or labels: some are not tracked individually.</summary>
    public const string CardinalityLimit = "cardinality-limit";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        LabelSurge, LabelDrop, VolumeSurge, VolumeSilence, LabelDrift, ConfidenceDrift, LengthDrift,
        TokenDrift, EmbeddingDrift, VersionChange, AccuracyDrop, ErrorRate, Fairness, ModelRefused,
        RolloutRolledBack, CardinalityLimit,
    ];
}
