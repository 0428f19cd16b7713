namespace StreamBert.Model.Manifests;

/// <summary>The tasks of heads, as <c>streambert.json</c> names them.</summary>
public static class HeadTask
{
    /// <summary>The head predicts one of the labels: softmax.</summary>
    public const string SingleLabel = "single-label";

    /// <summary>The head predicts any number of the labels: a sigmoid for each.</summary>
    public const string MultiLabel = "multi-label";

    /// <summary>The head predicts a number for each label, without an activation.</summary>
    public const string Regression = "regression";

    /// <summary>The head predicts one of the labels for every token, in the BIO scheme: named entities.</summary>
    public const string TokenClassification = "tokens";

    /// <summary>
    /// The head predicts one of any labels, without training on them, by a checkpoint for natural-language inference: softmax over the
    /// entailment logits.
    /// </summary>
    public const string ZeroShot = "zero-shot";

    /// <summary>As <see cref="ZeroShot"/>, but any number of the labels: softmax over entailment and contradiction for each.</summary>
    public const string ZeroShotMultiLabel = "zero-shot-multi-label";

    /// <summary>Determines whether a head of this task can be fine-tuned on labelled texts.</summary>
    /// <param name="task">The task of the head.</param>
    public static bool IsFineTunable(string task) => task == SingleLabel;

    /// <summary>Determines whether a head of this task is a zero-shot head.</summary>
    /// <param name="task">The task of the head.</param>
    public static bool IsZeroShot(string task) => task is ZeroShot or ZeroShotMultiLabel;
}
