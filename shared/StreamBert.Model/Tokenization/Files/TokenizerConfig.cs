using System.Globalization;
using System.Text.Json;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>
/// The settings in the files beside a vocabulary: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
/// <c>added_tokens.json</c>. Each may be absent.
/// </summary>
internal sealed record TokenizerConfig
{
    private const string ConfigFile = "tokenizer_config.json", SpecialTokensFile = "special_tokens_map.json",
        AddedTokensFile = "added_tokens.json";

    /// <summary>A larger maximum length, such as 1e30, means that there is no limit.</summary>
    private const double NoLimit = 1_000_000;

    private string Path { get; init; } = "";
    private string? TokenizerClass { get; init; }
    private bool SkipsBasicTokenization { get; init; }

    /// <summary>The special tokens by their keys, such as <c>cls_token</c>.</summary>
    private IReadOnlyDictionary<string, AddedToken> SpecialTokens { get; init; } = new Dictionary<string, AddedToken>();

    public int? MaxLength { get; init; }
    public bool? Lowercase { get; private init; }
    public bool? StripAccents { get; private init; }
    public bool? SplitChinese { get; private init; }
    public bool? AddPrefixSpace { get; private init; }
    public IReadOnlyList<string> NeverSplit { get; private init; } = [];

    /// <summary>Tokens beyond the vocabulary, and special tokens in it; the id of the latter is -1.</summary>
    private IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    public static TokenizerConfig Read(string directory)
    {
        var path = System.IO.Path.Combine(directory, ConfigFile);
        var config = File.Exists(path) ? TokenizerFileReader.ReadJson(path, root => Parse(root, path))
            : new TokenizerConfig { Path = path };
        var specialTokens = System.IO.Path.Combine(directory, SpecialTokensFile);
        if (File.Exists(specialTokens)) config = TokenizerFileReader.ReadJson(specialTokens, config.WithSpecialTokens);
        var addedTokens = System.IO.Path.Combine(directory, AddedTokensFile);
        return File.Exists(addedTokens) ? TokenizerFileReader.ReadJson(addedTokens, config.WithAddedTokens) : config;
    }

    /// <exception cref="ModelPackageException">
    /// The files skip basic tokenization, which only a <c>tokenizer.json</c> can define.
    /// </exception>
    public void RequireBasicTokenization()
    {
        if (SkipsBasicTokenization)
        {
            throw new ModelPackageException(
                $"{Path}: do_basic_tokenize false is not supported; remove it or set it to true, or save the tokenizer as tokenizer.json.");
        }
    }

    /// <exception cref="ModelPackageException">The files are for a tokenizer of another class.</exception>
    public void RequireClass(IReadOnlyList<string> supported)
    {
        if (TokenizerClass is null or "PreTrainedTokenizerFast" or "TokenizersBackend") return;
        if (supported.Any(name => TokenizerClass == name + "Tokenizer" || TokenizerClass == name + "TokenizerFast")) return;
        throw new ModelPackageException($"{Path}: the tokenizer_class '{TokenizerClass}' is not supported for these files; "
            + $"{string.Join(", ", supported.Select(static name => name + "Tokenizer"))} are. "
            + "With a tokenizer.json the class does not matter: save one with the fast tokenizer of transformers.");
    }

    public SpecialTokenNames GetNames(SpecialTokenNames defaults)
    {
        return new SpecialTokenNames(
            GetName("cls_token", defaults.Cls), GetName("sep_token", defaults.Sep), GetName("unk_token", defaults.Unknown),
            GetName("pad_token", defaults.Pad), GetName("mask_token", defaults.Mask));

        string GetName(string key, string fallback) => SpecialTokens.TryGetValue(key, out var token) ? token.Text : fallback;
    }

    /// <summary>Returns the vocabulary with all added tokens, and the added tokens that are matched in texts.</summary>
    /// <param name="preferred">Added tokens whose definitions take precedence.</param>
    public (Vocabulary Vocabulary, IReadOnlyList<AddedToken> AddedTokens) ExtendVocabulary(
        Vocabulary vocabulary, IReadOnlyList<AddedToken>? preferred = null)
    {
        var extended = vocabulary.With([.. preferred ?? [], .. AddedTokens.Where(static token => token.Id >= 0)]);
        var matched = (preferred ?? []).Concat(SpecialTokens.Values).Concat(AddedTokens)
            .Where(token => extended.Find(token.Text) is not null).DistinctBy(static token => token.Text);
        return (extended, matched.Select(token => token with { Id = extended.Require(token.Text) }).ToList());
    }

    private static TokenizerConfig Parse(JsonElement root, string path)
    {
        if (root.FindText("truncation_side") is "left")
        {
            throw new ModelPackageException(
                $"{path}: truncation_side left is not supported: texts are cut at their end; remove it or set it to right.");
        }

        var config = new TokenizerConfig
        {
            Path = path,
            TokenizerClass = root.FindText("tokenizer_class"),
            SkipsBasicTokenization = root.FindFlag("do_basic_tokenize") == false,
            MaxLength = root.Find("model_max_length")?.GetDouble() is { } limit and > 0 and < NoLimit ? (int)limit : null,
            Lowercase = root.FindFlag("do_lower_case"),
            StripAccents = root.FindFlag("strip_accents"),
            SplitChinese = root.FindFlag("tokenize_chinese_chars"),
            AddPrefixSpace = root.FindFlag("add_prefix_space"),
            NeverSplit = root.Find("never_split")?.EnumerateArray().Select(static word => word.RequireText()).ToList() ?? [],
            AddedTokens = ParseAddedTokens(root),
        };
        return config.WithSpecialTokens(root);
    }

    private static List<AddedToken> ParseAddedTokens(JsonElement root) => root.Find("added_tokens_decoder")?.EnumerateObject()
        .Select(static token =>
            TokenizerFileReader.ParseToken(token.Value, int.Parse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture)))
        .ToList() ?? [];

    private TokenizerConfig WithAddedTokens(JsonElement root)
    {
        var special = SpecialTokens.Values.Concat(AddedTokens).Where(static token => !token.IsNormalized).Select(static token => token.Text)
            .ToHashSet();
        var added = TokenizerFileReader.ParseIds(root)
            .Select(pair => new AddedToken(pair.Key, pair.Value, IsNormalized: !special.Contains(pair.Key))).ToList();
        return this with { AddedTokens = [.. AddedTokens, .. added] };
    }

    private TokenizerConfig WithSpecialTokens(JsonElement root)
    {
        var special = new Dictionary<string, AddedToken>(SpecialTokens);
        foreach (var key in (ReadOnlySpan<string>)["cls_token", "sep_token", "unk_token", "pad_token", "mask_token"])
        {
            if (root.Find(key) is { } token) special[key] = ParseSpecialToken(key, token);
        }

        var additional = root.Find("additional_special_tokens")?.EnumerateArray()
            .Select(static token => TokenizerFileReader.ParseToken(token, -1, isSpecial: true)) ?? [];
        return this with { SpecialTokens = special, AddedTokens = [.. AddedTokens, .. additional] };
    }

    /// <summary>
    /// Parses a special token. Like RobertaTokenizer, a mask token absorbs the white space before it unless its file says otherwise; in
    /// BERT's tokenizer this makes no difference.
    /// </summary>
    private static AddedToken ParseSpecialToken(string key, JsonElement json)
    {
        var token = TokenizerFileReader.ParseToken(json, -1, isSpecial: true);
        return key == "mask_token" && json.ValueKind == JsonValueKind.String ? token with { StripsLeft = true } : token;
    }
}
