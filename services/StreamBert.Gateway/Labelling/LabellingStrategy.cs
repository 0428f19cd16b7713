namespace StreamBert.Gateway.Labelling;

/// <summary>Lists the ways in which texts are chosen for labelling.</summary>
internal static class LabellingStrategy
{
    /// <summary>The random sample, whose labels measure the accuracy without bias.</summary>
    public const string Random = "random";

    /// <summary>The smallest difference between the two highest probabilities first.</summary>
    public const string Uncertain = "uncertain";

    /// <summary>The highest out-of-distribution score first.</summary>
    public const string Unfamiliar = "unfamiliar";

    /// <summary>Near-duplicates that were answered differently, by different versions first.</summary>
    public const string Disagreement = "disagreement";

    /// <summary>Texts whose annotators contradict each other.</summary>
    public const string Contradicted = "contradicted";

    /// <summary>The texts behind an alert.</summary>
    public const string Alert = "alert";

    public static IReadOnlyList<string> All { get; } = [Random, Uncertain, Unfamiliar, Disagreement, Contradicted, Alert];
}
