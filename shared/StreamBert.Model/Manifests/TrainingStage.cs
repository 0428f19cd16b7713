namespace StreamBert.Model.Manifests;

/// <summary>
/// What a stage of training used, in <c>streambert.json</c>. Texts that resemble a text which the model is evaluated on are kept out of a
/// recipe's training, and on request out of other training, so that the evaluation reports are about texts that the model has not seen.
/// </summary>
/// <param name="Stage">The stage, <c>pre-training</c> or <c>fine-tuning</c>.</param>
/// <param name="Texts">The number of texts that were used.</param>
/// <param name="Twins">The number of texts that were kept out because the model reads them identically to a text of the evaluation.</param>
/// <param name="NearDuplicates">The number of texts that were kept out as near-duplicates of a text of the evaluation.</param>
/// <param name="Similarity">
/// The Jaccard similarity of the sequences of three tokens from which two texts are near-duplicates.
/// </param>
public sealed record TrainingStage(string Stage, long Texts, long Twins, long NearDuplicates, double Similarity)
{
    /// <summary>What the training run used; null if it was not measured.</summary>
    public TrainingUsage? Usage { get; init; }
}
