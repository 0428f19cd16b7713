using System.Text.Json;
using StreamBert.Model.Tokenization.BytePair;
using StreamBert.Model.Tokenization.Pipeline;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Reads the <c>tokenizer.json</c> of Hugging Face's fast tokenizers, which alone defines how texts are tokenized.</summary>
internal sealed class TokenizerJsonReader
{
    private readonly ComponentContext _context;
    private readonly TokenizerConfig _config;
    private readonly ModelReader _model;
    private readonly List<JsonElement> _normalizers, _preTokenizers;
    private readonly Vocabulary _vocabulary;
    private readonly IReadOnlyList<AddedToken> _addedTokens;
    private readonly SpecialTokens _specialTokens;

    private TokenizerJsonReader(JsonElement root, ComponentContext context, TokenizerConfig config)
    {
        _context = context;
        _model = new ModelReader(root.Find("model") ?? throw context.Unsupported("the file has no model"), context);
        (_vocabulary, _addedTokens) = config.ExtendVocabulary(_model.ReadVocabulary(), ReadAddedTokens(root));
        _config = config with { MaxLength = ReadMaxLength(root, context, config) };
        _normalizers = context.Flatten(root.Find("normalizer"), "normalizer", "normalizers");
        _preTokenizers = context.Flatten(root.Find("pre_tokenizer"), "pre_tokenizer", "pretokenizers");
        _specialTokens = CompleteSpecialTokens(new PostProcessorReader(context).Read(root.Find("post_processor")));
    }

    private bool IsBert =>
        _model is { Type: ModelReader.WordPiece, ContinuationPrefix: "##", MaxWordLength: TokenizerLimits.MaxWordLength }
        && !_addedTokens.Any(static token => token.IsNormalized)
        && _normalizers is [var normalizer] && _context.GetType(normalizer, "normalizer") == "BertNormalizer"
            && normalizer.FindFlag("clean_text") != false
        && _preTokenizers is [var preTokenizer] && _context.GetType(preTokenizer, "pre_tokenizer") == "BertPreTokenizer";

    private bool IsRoberta => _model.Type == ModelReader.Bpe && _normalizers is []
        && _preTokenizers is [var only] && _context.GetType(only, "pre_tokenizer") == "ByteLevel" && only.FindFlag("use_regex") != false;

    /// <param name="config">The files beside it: special tokens, longest input, further added tokens.</param>
    /// <exception cref="ModelPackageException">
    /// The file is damaged, or a component is not supported; the message names its type.
    /// </exception>
    public static TextTokenizer Read(string path, TokenizerConfig config, bool collapseUrls) =>
        TokenizerFileReader.ReadJson(path, root => new TokenizerJsonReader(root, new ComponentContext(path), config).Create(collapseUrls));

    /// <summary>
    /// Returns the longest input that the truncation of the file and the files beside it allow; null if there is no limit.
    /// </summary>
    public static int? ReadMaxLength(string path, TokenizerConfig config) =>
        TokenizerFileReader.ReadJson(path, root => ReadMaxLength(root, new ComponentContext(path), config));

    private static List<AddedToken> ReadAddedTokens(JsonElement root) => root.Find("added_tokens")?.EnumerateArray()
        .Select(static token => TokenizerFileReader.ParseToken(token, token.GetProperty("id").GetInt32())).ToList() ?? [];

    private static int? ReadMaxLength(JsonElement root, ComponentContext context, TokenizerConfig config)
    {
        RefuseLeftPadding(root, context);
        if (root.Find("truncation") is not { } truncation) return config.MaxLength;
        if (truncation.FindText("direction") is not (null or "Right") and var direction)
            throw context.Unsupported($"the truncation with the direction {direction} is not supported; Right is");
        if (truncation.FindText("strategy") is "OnlySecond")
            throw context.Unsupported("the truncation with the strategy OnlySecond is not supported; LongestFirst and OnlyFirst are");
        var limit = truncation.Find("max_length")?.GetInt32();
        return limit is null || config.MaxLength is null ? limit ?? config.MaxLength : Math.Min(limit.Value, config.MaxLength.Value);
    }

    /// <summary>Texts are never padded here. Padding behind a text changes no result; padding to a fixed length before it does.</summary>
    private static void RefuseLeftPadding(JsonElement root, ComponentContext context)
    {
        if (root.Find("padding") is { } padding && padding.FindText("direction") == "Left"
            && padding.Find("strategy") is { ValueKind: JsonValueKind.Object })
        {
            throw context.Unsupported("the padding to a fixed length with the direction Left is not supported");
        }
    }

    private TextTokenizer Create(bool collapseUrls)
    {
        if (IsBert) return CreateBert(collapseUrls);
        if (!collapseUrls && IsRoberta) return CreateRoberta();
        var (normalizerReader, preTokenizerReader) = (new NormalizerReader(_context), new PreTokenizerReader(_context));
        return new TokenizerPipeline(_vocabulary, new PipelineComponents
        {
            Normalizers = [.. _normalizers.SelectMany(normalizerReader.Read)],
            PreTokenizers = [.. _preTokenizers.SelectMany(preTokenizerReader.Read)],
            Model = _model.Create(_vocabulary),
            AddedTokens = _addedTokens,
            SpecialTokens = _specialTokens,
            MaxLength = _config.MaxLength,
            Url = _vocabulary.GetUrlToken(collapseUrls),
        });
    }

    private WordPieceTokenizer CreateBert(bool collapseUrls) => new(_vocabulary, new WordPieceOptions
    {
        Lowercase = _normalizers[0].FindFlag("lowercase") ?? true,
        StripAccents = _normalizers[0].FindFlag("strip_accents"),
        SplitChinese = _normalizers[0].FindFlag("handle_chinese_chars") ?? true,
        CollapseUrls = collapseUrls,
        Names = SpecialTokenNames.Bert with { Unknown = _model.UnknownToken ?? SpecialTokenNames.Bert.Unknown },
        SpecialTokens = _specialTokens,
        MatchesSpecialTokens = false,
        AddedTokens = _addedTokens,
        MaxLength = _config.MaxLength,
    });

    private ByteLevelBpeTokenizer CreateRoberta() => new(_vocabulary, _model.ReadMerges(), _context.Path, new ByteLevelBpeOptions
    {
        AddPrefixSpace = _preTokenizers[0].FindFlag("add_prefix_space") ?? true,
        SpecialTokens = _specialTokens,
        Model = _model.ReadBytePairOptions(),
        MatchesSpecialTokens = false,
        AddedTokens = _addedTokens,
        MaxLength = _config.MaxLength,
    });

    /// <summary>Adds the unknown, padding and mask tokens, which are found by name, to those of the post-processor.</summary>
    private SpecialTokens CompleteSpecialTokens(SpecialTokens added)
    {
        var names = _config.GetNames(_model.Type == ModelReader.WordPiece ? SpecialTokenNames.Bert : SpecialTokenNames.Roberta);
        foreach (var id in (ReadOnlySpan<int>)[added.Cls, added.Sep])
        {
            if (id < 0 || id >= _vocabulary.Size)
            {
                throw _context.Unsupported(
                    $"the post_processor adds the token {id}, which the vocabulary of {_vocabulary.Size} tokens lacks");
            }
        }

        return added with
        {
            Unknown = _vocabulary.Find(_model.UnknownToken ?? names.Unknown),
            Pad = _vocabulary.Find(names.Pad),
            Mask = _vocabulary.Find(names.Mask),
        };
    }
}
