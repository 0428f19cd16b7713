using StreamBert.Model.Checkpoints;

namespace StreamBert.Model.Network;

/// <summary>
/// Maps the names of parameters to those in checkpoints. A network always uses BERT's names; DistilBERT and RoBERTa checkpoints have their
/// own.
/// </summary>
internal static class CheckpointTensorNames
{
    private const string Pooler = "bert.pooler.dense.", Heads = "heads.", Bert = "bert.", LayerNorm = "LayerNorm.", Weight = "weight",
        Bias = "bias";

    private static readonly (string Bert, string DistilBert)[] DistilBertNames =
    [
        ("bert.encoder.layer.", "distilbert.transformer.layer."),
        (".attention.self.query.", ".attention.q_lin."),
        (".attention.self.key.", ".attention.k_lin."),
        (".attention.self.value.", ".attention.v_lin."),
        (".attention.output.dense.", ".attention.out_lin."),
        (".attention.output.LayerNorm.", ".sa_layer_norm."),
        (".intermediate.dense.", ".ffn.lin1."),
        (".output.dense.", ".ffn.lin2."),
        (".output.LayerNorm.", ".output_layer_norm."),
        ("bert.embeddings.", "distilbert.embeddings."),
        (Pooler, "pre_classifier."),
    ];

    /// <summary>Returns the name of a parameter in checkpoints of a model type.</summary>
    public static string ToCheckpointName(string name, EncoderConfig config) => config.ModelType switch
    {
        EncoderConfig.DistilBert when !name.StartsWith(Heads, StringComparison.Ordinal) => DistilBertNames.Aggregate(
            name, static (renamed, pair) => renamed.Replace(pair.Bert, pair.DistilBert, StringComparison.Ordinal)),
        EncoderConfig.Roberta when name.StartsWith(Pooler, StringComparison.Ordinal) => "classifier.dense." + name[Pooler.Length..],
        EncoderConfig.Roberta when name.StartsWith(Bert, StringComparison.Ordinal) => "roberta." + name[Bert.Length..],
        _ => name,
    };

    /// <summary>
    /// Returns the names that a checkpoint may have for a parameter, in order of preference: that of <see cref="ToCheckpointName"/>, that
    /// of a plain checkpoint's only head, that without the prefix of the model; each also with the names of old checkpoints for layer
    /// norms.
    /// </summary>
    public static IEnumerable<string> GetCandidates(string name, EncoderConfig config)
    {
        var preferred = ToCheckpointName(name, config);
        List<string> names = [preferred];
        if (name.StartsWith(Heads, StringComparison.Ordinal)) names.Add(ToPlainHead(name, config));
        if (preferred.StartsWith(config.ModelType + ".", StringComparison.Ordinal)) names.Add(preferred[(config.ModelType.Length + 1)..]);
        return name.Contains(LayerNorm, StringComparison.Ordinal) ? names.Concat(names.Select(ToOldLayerNorm)) : names;
    }

    /// <summary>Returns the name of a head's weight or bias in the checkpoint of a model that has no other head.</summary>
    public static string ToPlainHead(string name, EncoderConfig config) => GetPlainHead(config) + name[name.LastIndexOf('.')..];

    /// <summary>Checkpoints converted from TensorFlow have the names gamma for weight and beta for bias.</summary>
    private static string ToOldLayerNorm(string name) => name.EndsWith("." + Weight, StringComparison.Ordinal)
        ? string.Concat(name.AsSpan(0, name.Length - Weight.Length), "gamma")
        : string.Concat(name.AsSpan(0, name.Length - Bias.Length), "beta");

    private static string GetPlainHead(EncoderConfig config) =>
        config.ModelType == EncoderConfig.Roberta && config.IsSequenceClassification ? "classifier.out_proj" : "classifier";
}
