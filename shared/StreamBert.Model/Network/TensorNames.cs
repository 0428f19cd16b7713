using StreamBert.Model.Packages;

namespace StreamBert.Model.Network;

/// <summary>
/// Where a checkpoint keeps a weight. Inside, every network uses BERT's names; DistilBERT and RoBERTa files have names of their own.
/// </summary>
internal static class TensorNames
{
    private const string Pooler = "bert.pooler.dense.", Heads = "heads.";

    private static readonly (string Ours, string Theirs)[] Distilled =
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

    /// <summary>The name under which a file of this model type holds the weight.</summary>
    public static string InFile(string name, EncoderConfig config) => config.ModelType switch
    {
        EncoderConfig.DistilBert when !name.StartsWith(Heads, StringComparison.Ordinal) =>
            Distilled.Aggregate(name, static (renamed, pair) => renamed.Replace(pair.Ours, pair.Theirs, StringComparison.Ordinal)),
        EncoderConfig.Roberta when name.StartsWith(Pooler, StringComparison.Ordinal) => "classifier.dense." + name[Pooler.Length..],
        EncoderConfig.Roberta when name.StartsWith("bert.", StringComparison.Ordinal) => "roberta." + name["bert.".Length..],
        _ => name,
    };

    /// <summary>
    /// The names to look under, best first: our own, a plain checkpoint's one head, a bare encoder's; each also as old checkpoints name
    /// layer norms.
    /// </summary>
    public static IEnumerable<string> Candidates(string name, EncoderConfig config)
    {
        var own = InFile(name, config);
        List<string> names = [own];
        if (name.StartsWith(Heads, StringComparison.Ordinal)) names.Add(PlainHead(config) + name[name.LastIndexOf('.')..]);
        if (own.StartsWith(config.ModelType + ".", StringComparison.Ordinal)) names.Add(own[(config.ModelType.Length + 1)..]);
        return name.Contains("LayerNorm.", StringComparison.Ordinal) ? names.Concat(names.Select(OldLayerNorm)) : names;
    }

    /// <summary>Checkpoints converted from TensorFlow call the weight gamma and the bias beta.</summary>
    private static string OldLayerNorm(string name) => name.EndsWith(".weight", StringComparison.Ordinal)
        ? string.Concat(name.AsSpan(0, name.Length - "weight".Length), "gamma")
        : string.Concat(name.AsSpan(0, name.Length - "bias".Length), "beta");

    private static string PlainHead(EncoderConfig config) =>
        config.ModelType == EncoderConfig.Roberta && config.ClassifiesTexts ? "classifier.out_proj" : "classifier";
}
