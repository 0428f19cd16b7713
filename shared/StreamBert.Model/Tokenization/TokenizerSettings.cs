using System.Globalization;
using System.Text.Json;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// What stands beside a vocabulary: <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c>; each may be
/// absent.
/// </summary>
internal sealed record TokenizerSettings
{
    private const string ConfigFile = "tokenizer_config.json", SpecialFile = "special_tokens_map.json", AddedFile = "added_tokens.json";

    /// <summary>Longer than any model reads: files say so where they mean "no limit" (1e30).</summary>
    private const double NoLimit = 1_000_000;

    private string Path { get; init; } = "";
    private string? Class { get; init; }
    private bool SkipsBasics { get; init; }

    /// <summary>By their keys, such as <c>cls_token</c>.</summary>
    private IReadOnlyDictionary<string, AddedToken> Special { get; init; } = new Dictionary<string, AddedToken>();
    public int? MaxLength { get; init; }
    public bool? Lowercase { get; private init; }
    public bool? StripAccents { get; private init; }
    public bool? SplitChinese { get; private init; }
    public bool? AddPrefixSpace { get; private init; }
    public IReadOnlyList<string> NeverSplit { get; private init; } = [];

    /// <summary>Tokens beyond the vocabulary, or special ones in it; the id is -1 where the vocabulary knows it.</summary>
    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    public static TokenizerSettings Read(string directory)
    {
        var path = System.IO.Path.Combine(directory, ConfigFile);
        var settings = File.Exists(path) ? TokenizerFile.Read(path, root => Config(root, path)) : new TokenizerSettings { Path = path };
        var special = System.IO.Path.Combine(directory, SpecialFile);
        if (File.Exists(special)) settings = TokenizerFile.Read(special, settings.WithSpecial);
        var added = System.IO.Path.Combine(directory, AddedFile);
        return File.Exists(added)
            ? settings with
            {
                Added = [.. settings.Added, .. TokenizerFile.Read(added, root => TokenizerFile.Ids(root)
                .Select(pair => new AddedToken(pair.Key, pair.Value, Normalized: !settings.IsSpecial(pair.Key)))
                .ToList())]
            }
            : settings;
    }

    /// <exception cref="ModelPackageException">They ask for what only a <c>tokenizer.json</c> could say how to do.</exception>
    public void RequireBasics()
    {
        if (SkipsBasics)
        {
            throw new ModelPackageException(
            $"{Path}: do_basic_tokenize false is not supported; leave it out or true, or save the tokenizer as tokenizer.json.");
        }
    }

    /// <exception cref="ModelPackageException">The files are for a tokenizer of another class.</exception>
    public void Require(IReadOnlyList<string> classes)
    {
        if (Class is null or "PreTrainedTokenizerFast" or "TokenizersBackend"
            || classes.Any(known => Class == known + "Tokenizer" || Class == known + "TokenizerFast"))
        {
            return;
        }

        throw new ModelPackageException($"{Path}: the tokenizer_class '{Class}' is not supported for these files; {string.Join(", ", classes.Select(static known => known + "Tokenizer"))} are. With a tokenizer.json the class does not matter: save one with the fast tokenizer of transformers.");
    }

    private bool IsSpecial(string text) => Special.Values.Concat(Added).Any(token => token.Text == text && !token.Normalized);

    public SpecialNames Names(SpecialNames defaults)
    {
        string Name(string key, string otherwise) => Special.TryGetValue(key, out var token) ? token.Text : otherwise;
        return new SpecialNames(
            Name("cls_token", defaults.Cls), Name("sep_token", defaults.Sep), Name("unk_token", defaults
                .Unknown), Name("pad_token", defaults.Pad), Name("mask_token", defaults.Mask));
    }

    /// <summary>The vocabulary with the added tokens, and the tokens to look for in texts.</summary>
    /// <param name="first">Tokens whose file decides how they are found.</param>
    public (Vocabulary Vocabulary, IReadOnlyList<AddedToken> Literal) AddTo(Vocabulary vocabulary, IReadOnlyList<AddedToken>? first = null)
    {
        var complete = vocabulary.With([.. first ?? [], .. Added.Where(static token => token.Id >= 0)]);
        var literal = (first ?? []).Concat(Special.Values).Concat(Added).Where(token => complete.Find(token.Text) is not null)
            .DistinctBy(static token => token.Text);
        return (complete, literal.Select(token => token with { Id = complete.Require(token.Text) }).ToList());
    }

    private static TokenizerSettings Config(JsonElement root, string path)
    {
        if (TokenizerFile.Text(root, "truncation_side") is "left")
        {
            throw new ModelPackageException(
            $"{path}: truncation_side left is not supported: texts are cut at their end; leave it out or right.");
        }

        var settings = new TokenizerSettings
        {
            Path = path,
            Class = TokenizerFile.Text(root, "tokenizer_class"),
            SkipsBasics = TokenizerFile.Flag(root, "do_basic_tokenize") == false,
            MaxLength = TokenizerFile.Property(root, "model_max_length")?.GetDouble() is { } limit and > 0 and < NoLimit
                ? (int)limit
                : null,
            Lowercase = TokenizerFile.Flag(root, "do_lower_case"),
            StripAccents = TokenizerFile.Flag(root, "strip_accents"),
            SplitChinese = TokenizerFile.Flag(root, "tokenize_chinese_chars"),
            AddPrefixSpace = TokenizerFile.Flag(root, "add_prefix_space"),
            NeverSplit = TokenizerFile.Property(root, "never_split")?.EnumerateArray().Select(static word => TokenizerFile.Required(word)).ToList()
                ?? [],
            Added = TokenizerFile.Property(root, "added_tokens_decoder")?.EnumerateObject()
                .Select(
                    static token => TokenizerFile.Token(token.Value, int.Parse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture))).ToList() ?? [],
        };
        return settings.WithSpecial(root);
    }

    private TokenizerSettings WithSpecial(JsonElement root)
    {
        var special = new Dictionary<string, AddedToken>(Special);
        foreach (var key in (ReadOnlySpan<string>)["cls_token", "sep_token", "unk_token", "pad_token", "mask_token"])
            if (TokenizerFile.Property(root, key) is { } token) special[key] = Token(key, token);
        var additional = TokenizerFile.Property(root, "additional_special_tokens")?.EnumerateArray()
            .Select(static token => TokenizerFile.Token(token, -1, special: true)) ?? [];
        return this with { Special = special, Added = [.. Added, .. additional] };
    }

    /// <summary>
    /// &lt;mask&gt; takes the white space before it unless its file says otherwise, as RobertaTokenizer has it; BERT never sees white
    /// space.
    /// </summary>
    private static AddedToken Token(string key, JsonElement token) =>
        TokenizerFile.Token(token, -1, special: true) is var read && key == "mask_token" && token.ValueKind == JsonValueKind.String
            ? read with { StripsLeft = true }
            : read;
}
