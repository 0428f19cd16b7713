using StreamBert.Model.Packages;

namespace StreamBert.Model.Network;

/// <summary>Where a checkpoint keeps a weight. Inside, every network uses BERT's names; DistilBERT and RoBERTa files have names of their own.</summary>
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
            Distilled.Aggregate(name, (renamed, pair) => renamed.Replace(pair.Ours, pair.Theirs, StringComparison.Ordinal)),
        EncoderConfig.Roberta when name.StartsWith(Pooler, StringComparison.Ordinal) => "classifier.dense." + name[Pooler.Length..],
        EncoderConfig.Roberta when name.StartsWith("bert.", StringComparison.Ordinal) => "roberta." + name["bert.".Length..],
        _ => name,
    };

    /// <summary>The names to look under, best first: our own, a plain checkpoint's one head, the layer norms of old checkpoints, a bare encoder's.</summary>
    public static IEnumerable<string> Candidates(string name, EncoderConfig config)
    {
        var own = InFile(name, config);
        yield return own;
        if (name.StartsWith(Heads, StringComparison.Ordinal)) yield return PlainHead(config) + name[name.LastIndexOf('.')..];
        var old = own.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
        if (old != own) yield return old;
        if (own.StartsWith(config.ModelType + ".", StringComparison.Ordinal)) yield return own[(config.ModelType.Length + 1)..];
    }

    private static string PlainHead(EncoderConfig config) =>
        config.ModelType == EncoderConfig.Roberta && config.ClassifiesTexts ? "classifier.out_proj" : "classifier";
}
