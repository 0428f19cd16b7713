using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Files;

namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>Determines what a model reads of texts. Its weights are not needed. An encoder is not thread-safe.</summary>
/// <param name="tokenizer">The tokenizer of the model.</param>
/// <param name="maxTokens">The longest input of the model in tokens, special tokens included.</param>
public sealed class InputEncoder(TextTokenizer tokenizer, int maxTokens)
{
    private readonly TokenBuffer _tokens = new();

    /// <summary>The longest input of the model in tokens, special tokens included.</summary>
    public int MaxTokens => maxTokens;

    /// <summary>Creates the encoder of a model package.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The encoder.</returns>
    /// <exception cref="ModelPackageException">The manifest, the configuration or the tokenizer is missing or invalid.</exception>
    public static InputEncoder Load(string directory)
    {
        var manifest = ModelPackage.ReadManifest(directory);
        return new InputEncoder(TokenizerLoader.Load(directory, manifest.Lowercase, manifest.CollapseUrls), manifest.MaxTokens);
    }

    /// <summary>Encodes a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>What the model reads of it.</returns>
    public ModelInput Encode(string text)
    {
        tokenizer.Encode(text, maxTokens, _tokens);
        return new ModelInput(_tokens.Ids[1..^1], _tokens.IsTruncated);
    }
}
