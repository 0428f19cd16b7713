namespace StreamBert.Contracts;

/// <summary>Lists the values of <see cref="AlertRaised.Kind"/>.</summary>
public static class AlertKinds
{
    /// <summary>The share of negative texts is above its baseline.</summary>
    public const string NegativeSurge = "negative-surge";

    /// <summary>The number of texts is above its baseline.</summary>
    public const string VolumeSurge = "volume-surge";

    /// <summary>The number of texts is below its baseline.</summary>
    public const string VolumeSilence = "volume-silence";

    /// <summary>The distribution of labels has drifted from the reference.</summary>
    public const string LabelDrift = "label-drift";

    /// <summary>The distribution of confidences has drifted from the reference.</summary>
    public const string ConfidenceDrift = "confidence-drift";

    /// <summary>The rate of a label differs between groups.</summary>
    public const string Fairness = "fairness";

    /// <summary>A worker refuses the model version that should serve.</summary>
    public const string ModelRefused = "model-refused";

    /// <summary>The monitor reached the limit of groups, segments, entities or labels: some are not tracked individually.</summary>
    public const string CardinalityLimit = "cardinality-limit";
}
