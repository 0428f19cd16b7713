using System.Text.Json;

namespace StreamBert.Model.Tokenization;

/// <summary><c>tokenizer.json</c> of Hugging Face's fast tokenizers: BERT's word pieces or byte-level byte pairs.</summary>
internal sealed record TokenizerJson
{
    public required Vocabulary Vocabulary { get; init; }
    public required IReadOnlyList<AddedToken> Added { get; init; }

    /// <summary>Null where it holds byte pairs.</summary>
    public WordPieceOptions? WordPieces { get; private init; }

    /// <summary>Null where it holds word pieces.</summary>
    public ByteLevelBpeOptions? BytePairs { get; private init; }
    public IReadOnlyList<(string Left, string Right)> Merges { get; private init; } = [];

    public static TokenizerJson Read(string path) => TokenizerFile.Read(path, root =>
    {
        var model = root.GetProperty("model");
        var merges = TokenizerFile.Property(model, "merges");
        var kind = TokenizerFile.Text(model, "type") ?? (merges is null ? "WordPiece" : "BPE"); // older files do not say
        var read = kind switch
        {
            "WordPiece" => new TokenizerJson { Vocabulary = Tokens(model, path), Added = AddedTokens(root), WordPieces = WordPiece(root, model, path) },
            "BPE" => new TokenizerJson
            {
                Vocabulary = Tokens(model, path),
                Added = AddedTokens(root),
                BytePairs = BytePair(root, path),
                Merges = merges?.EnumerateArray().Select(Merge).ToList() ?? [],
            },
            _ => throw new ModelPackageException($"{path}: a tokenizer of the kind '{kind}' is not supported; WordPiece and byte-level BPE are."),
        };
        return read;
    });

    private static Vocabulary Tokens(JsonElement model, string path) => Vocabulary.OfIds([.. TokenizerFile.Ids(model.GetProperty("vocab"))], path);

    private static List<AddedToken> AddedTokens(JsonElement root) =>
        TokenizerFile.Property(root, "added_tokens")?.EnumerateArray().Select(token => TokenizerFile.Token(token, token.GetProperty("id").GetInt32())).ToList() ?? [];

    private static WordPieceOptions WordPiece(JsonElement root, JsonElement model, string path)
    {
        var longest = TokenizerFile.Property(model, "max_input_chars_per_word")?.GetInt32() ?? WordPieceTokenizer.MaxWordLength;
        if (longest != WordPieceTokenizer.MaxWordLength || (TokenizerFile.Text(model, "continuing_subword_prefix") ?? "##") != "##")
            throw new ModelPackageException($"{path}: word pieces are supported with the prefix ## and words of up to {WordPieceTokenizer.MaxWordLength} characters only.");
        var normalizer = TokenizerFile.Property(root, "normalizer") ?? throw new ModelPackageException($"{path}: word pieces without BertNormalizer are not supported.");
        RequireType(normalizer, "BertNormalizer", path);
        if (TokenizerFile.Property(root, "pre_tokenizer") is { } splitter) RequireType(splitter, "BertPreTokenizer", path);
        return new WordPieceOptions
        {
            Lowercase = TokenizerFile.Flag(normalizer, "lowercase") ?? true,
            StripAccents = TokenizerFile.Flag(normalizer, "strip_accents"),
            SplitChinese = TokenizerFile.Flag(normalizer, "handle_chinese_chars") ?? true,
        };
    }

    private static ByteLevelBpeOptions BytePair(JsonElement root, string path)
    {
        if (TokenizerFile.Property(root, "normalizer") is { } normalizer)
            throw new ModelPackageException($"{path}: byte pairs with the normalizer '{TokenizerFile.Text(normalizer, "type")}' are not supported; byte-level ones have none.");
        var splitter = TokenizerFile.Property(root, "pre_tokenizer") ?? throw new ModelPackageException($"{path}: byte pairs without the pre_tokenizer ByteLevel are not supported.");
        RequireType(splitter, "ByteLevel", path);
        return new ByteLevelBpeOptions { AddPrefixSpace = TokenizerFile.Flag(splitter, "add_prefix_space") ?? false };
    }

    private static void RequireType(JsonElement part, string type, string path)
    {
        if (TokenizerFile.Text(part, "type") is var found && found != type)
            throw new ModelPackageException($"{path}: '{found}' is not supported; {type} is.");
    }

    /// <summary>Older files write a pair as one string.</summary>
    private static (string Left, string Right) Merge(JsonElement merge) => merge.ValueKind == JsonValueKind.String
        ? TokenizerFile.Merge(TokenizerFile.Required(merge))
        : merge.GetArrayLength() == 2 ? (TokenizerFile.Required(merge[0]), TokenizerFile.Required(merge[1]))
        : throw new FormatException("a merge is no pair of tokens");
}
