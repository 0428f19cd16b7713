namespace StreamBert.Model.Manifests;

/// <summary>
/// What a stage of training used, in <c>streambert.json</c>. Texts that resemble a text of the test splits are kept out of training, so
/// that the evaluation reports are about texts that the model has not seen.
/// </summary>
/// <param name="Stage">The stage, <c>pre-training</c> or <c>fine-tuning</c>.</param>
/// <param name="Texts">The number of texts that were used.</param>
/// <param name="Twins">The number of texts that were kept out because the model reads them identically to a test text.</param>
/// <param name="NearDuplicates">The number of texts that were kept out as near-duplicates of a test text.</param>
/// <param name="Similarity">
/// The Jaccard similarity of the sequences of three tokens from which two texts are near-duplicates.
/// </param>
public sealed record TrainingStage(string Stage, long Texts, long Twins, long NearDuplicates, double Similarity);
