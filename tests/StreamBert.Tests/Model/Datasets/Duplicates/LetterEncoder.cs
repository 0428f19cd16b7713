using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Model.Datasets.Duplicates;

/// <summary>Encodes texts for a model whose tokens are the lower-case letters and digits, each a word.</summary>
internal static class LetterEncoder
{
    public const int MaxTokens = 34;

    public static InputEncoder Create() => new(CreateTokenizer(), MaxTokens);

    public static WordPieceTokenizer CreateTokenizer() => new(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. "abcdefghijklmnopqrstuvwxyz0123456789".Select(static letter => $"{letter}")],
        lowercase: true, collapseUrls: false);

    /// <summary>Returns what a model reads of tokens with the given ids.</summary>
    public static ModelInput Read(params int[] ids) => new(ids, isTruncated: false);
}
