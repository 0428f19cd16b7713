using System.Text.Json.Nodes;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Checkpoints;

/// <summary>Reads and validates <c>config.json</c>.</summary>
internal static class EncoderConfigReader
{
    /// <exception cref="ModelPackageException">The file is not JSON, a field is missing, or the sizes are inconsistent.</exception>
    public static EncoderConfig Read(string path)
    {
        try
        {
            var fields = new ConfigFields(path, PackageJson.Read<JsonObject>(path));
            var config = ReadFields(fields);
            Validate(config, fields);
            return config;
        }
        catch (InvalidOperationException e)
        {
            throw new ModelPackageException(
                $"{path} contains text that is not valid Unicode.", e); // detected only when the text is accessed
        }
    }

    private static EncoderConfig ReadFields(ConfigFields fields)
    {
        switch (fields.GetText("model_type", ""))
        {
            case EncoderConfig.Bert:
                return ReadBert(fields);
            case EncoderConfig.Roberta:
                var padding = fields.GetInteger("pad_token_id", 1);
                return ReadBert(fields) with { FirstPosition = padding + 1, PaddingId = padding };
            case EncoderConfig.DistilBert:
                return ReadDistilBert(fields);
            case var other:
                throw fields.Error($"model_type '{other}' is not supported; bert, distilbert and roberta are");
        }
    }

    private static EncoderConfig ReadBert(ConfigFields fields) => new()
    {
        ModelType = fields.GetText("model_type", EncoderConfig.Bert),
        Architecture = fields.GetFirstText("architectures"),
        VocabularySize = fields.GetInteger("vocab_size"),
        HiddenSize = fields.GetInteger("hidden_size"),
        Layers = fields.GetInteger("num_hidden_layers"),
        AttentionHeads = fields.GetInteger("num_attention_heads"),
        IntermediateSize = fields.GetInteger("intermediate_size"),
        Activation = fields.GetText("hidden_act", ActivationNames.Gelu),
        MaxPositions = fields.GetInteger("max_position_embeddings", EncoderConfig.DefaultMaxPositions),
        TokenTypes = fields.GetInteger("type_vocab_size", EncoderConfig.DefaultTokenTypes),
        LayerNormEpsilon = fields.GetNumber("layer_norm_eps", EncoderConfig.DefaultLayerNormEpsilon),
        ProblemType = fields.GetText("problem_type", null),
        Labels = LabelReader.Read(fields),
    };

    private static EncoderConfig ReadDistilBert(ConfigFields fields) => new()
    {
        ModelType = EncoderConfig.DistilBert,
        Architecture = fields.GetFirstText("architectures"),
        VocabularySize = fields.GetInteger("vocab_size"),
        HiddenSize = fields.GetInteger("dim"),
        Layers = fields.GetInteger("n_layers"),
        AttentionHeads = fields.GetInteger("n_heads"),
        IntermediateSize = fields.GetInteger("hidden_dim"),
        Activation = fields.GetText("activation", ActivationNames.Gelu),
        MaxPositions = fields.GetInteger("max_position_embeddings", EncoderConfig.DefaultMaxPositions),
        TokenTypes = 0,
        ProblemType = fields.GetText("problem_type", null),
        Labels = LabelReader.Read(fields),
    };

    private static void Validate(EncoderConfig config, ConfigFields fields)
    {
        if (!HasConsistentSizes(config))
            throw fields.Error("the sizes are inconsistent (all must be positive, and the hidden size a multiple of the attention heads)");
        if (fields.GetFlag("is_decoder"))
        {
            throw fields.Error("is_decoder true is not supported: the model would not see the words that follow; false is");
        }
        if (fields.GetText("position_embedding_type", "absolute") is not "absolute" and var kind)
            throw fields.Error($"position_embedding_type '{kind}' is not supported; absolute is");
        if (!ActivationNames.All.Contains(config.Activation))
            throw fields.Error($"the activation '{config.Activation}' is not supported; {string.Join(", ", ActivationNames.All)} are");
    }

    private static bool HasConsistentSizes(EncoderConfig config) =>
        config is { HiddenSize: > 0, AttentionHeads: > 0, VocabularySize: > 0, Layers: > 0, IntermediateSize: > 0 }
        && config is { MaxTokens: > 2, TokenTypes: >= 0, FirstPosition: >= 0 }
        && config.HiddenSize % config.AttentionHeads == 0;
}
