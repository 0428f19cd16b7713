using System.Text.Json;
using StreamBert.Model.Tokenization.BytePair;
using StreamBert.Model.Tokenization.Pipeline;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Reads the <c>model</c> of a <c>tokenizer.json</c>: WordPiece, BPE or WordLevel.</summary>
internal sealed class ModelReader
{
    public const string WordPiece = "WordPiece", Bpe = "BPE", WordLevel = "WordLevel";

    private readonly JsonElement _json;
    private readonly ComponentContext _context;

    /// <exception cref="ModelPackageException">The model is of another type.</exception>
    public ModelReader(JsonElement json, ComponentContext context)
    {
        (_json, _context, Type) = (json, context, GetType(json));
        if (Type is not (WordPiece or Bpe or WordLevel))
            throw context.Unsupported($"the model {Type} is not supported; {WordPiece}, {Bpe} and {WordLevel} are");
    }

    public string Type { get; }
    public string? UnknownToken => _json.FindText("unk_token");
    public string ContinuationPrefix => _json.FindText("continuing_subword_prefix") ?? "##";
    public int MaxWordLength => _json.Find("max_input_chars_per_word")?.GetInt32() ?? TokenizerLimits.MaxWordLength;

    public Vocabulary ReadVocabulary() => Vocabulary.FromIds([.. TokenizerFileReader.ParseIds(_json.GetProperty("vocab"))], _context.Path);

    public ITokenModel Create(Vocabulary vocabulary) => Type switch
    {
        Bpe => new BytePairModel(vocabulary, ReadMerges(), _context.Path, ReadBytePairOptions()),
        WordLevel => new WordLevelModel(vocabulary, vocabulary.Require(UnknownToken ?? SpecialTokenNames.Roberta.Unknown)),
        _ => new WordPieceModel(
            vocabulary, vocabulary.Require(UnknownToken ?? SpecialTokenNames.Bert.Unknown), ContinuationPrefix, MaxWordLength),
    };

    public BytePairOptions ReadBytePairOptions()
    {
        if (_json.Find("dropout")?.GetDouble() is > 0 and var dropout)
        {
            throw _context.Unsupported(
                $"the model BPE with the dropout {dropout} is not supported: it would tokenize a text differently each time");
        }

        return new BytePairOptions
        {
            UnknownToken = UnknownToken,
            ContinuationPrefix = _json.FindText("continuing_subword_prefix") ?? "",
            EndOfWordSuffix = _json.FindText("end_of_word_suffix") ?? "",
            FuseUnknown = _json.FindFlag("fuse_unk") ?? false,
            ByteFallback = _json.FindFlag("byte_fallback") ?? false,
            IgnoreMerges = _json.FindFlag("ignore_merges") ?? false,
        };
    }

    public List<(string Left, string Right)> ReadMerges() => _json.Find("merges")?.EnumerateArray().Select(ParseMerge).ToList() ?? [];

    /// <summary>Infers the type of files in an older format, which do not state it.</summary>
    private static string GetType(JsonElement json) => json.FindText("type")
        ?? (json.Find("merges") is not null ? Bpe
            : json.TryGetProperty("vocab", out var vocabulary) && vocabulary.ValueKind == JsonValueKind.Array ? "Unigram"
            : WordPiece);

    /// <summary>Parses a merge, which is a pair of texts, or one text in older files.</summary>
    private static (string Left, string Right) ParseMerge(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.String) return TokenizerFileReader.ParseMerge(merge.RequireText());
        return merge.GetArrayLength() == 2
            ? (merge[0].RequireText(), merge[1].RequireText())
            : throw new FormatException("a merge is not a pair of tokens");
    }
}
