namespace StreamBert.Model.Training.FineTuning;

/// <summary>A tokenized text with a target distribution for each head that it has a label for.</summary>
internal sealed record TrainingExample(int[] Ids, IReadOnlyDictionary<string, float[]> Targets, float Weight = 1)
{
    public static readonly IReadOnlyDictionary<string, float[]> NoTargets = new Dictionary<string, float[]>();

    /// <summary>The labels of the tokens for a token-classification head; null if there are none.</summary>
    public TokenLabels? TokenLabels { get; init; }
}
