using System.Text;
using System.Text.Json;

namespace StreamBert.Model.Tokenization;

/// <summary>
/// The normalizers and pre-tokenizers of a <c>tokenizer.json</c> by their types. What is not supported is refused by component and type: to
/// leave a step out
/// would change ids without a word.
/// </summary>
internal sealed class TokenizerComponents(string path)
{
    private const string Sequence = "Sequence";

    public ModelPackageException Unsupported(string what)
        => new($"{path}: {what}. See docs/use-your-own-model.md for what of tokenizer.json is supported.");

    /// <summary>The type a component names.</summary>
    public string TypeOf(JsonElement component, string name)
        => TokenizerFile.Text(component, "type") ?? throw Unsupported($"the {name} names no type");

    /// <summary>A component and, where it is a sequence, its parts in order; empty where there is none.</summary>
    public List<JsonElement> Parts(JsonElement? component, string name, string list)
    {
        if (component is not { } one) return [];
        return TypeOf(one, name) != Sequence ? [one]
            : [.. (TokenizerFile.Property(one, list) ?? throw Unsupported($"the {name} Sequence has no {list}")).EnumerateArray()
                .SelectMany(part => Parts(part, name, list))];
    }

    public IEnumerable<INormalizer> Normalizers(JsonElement json) => TypeOf(json, "normalizer") switch
    {
        "BertNormalizer" => Bert(json),
        "Lowercase" => [new LowerCase()],
        "NFC" => [new UnicodeForm(compatible: false, composes: true)],
        "NFD" => [new UnicodeForm(compatible: false, composes: false)],
        "NFKC" => [new UnicodeForm(compatible: true, composes: true)],
        "NFKD" => [new UnicodeForm(compatible: true, composes: false)],
        "StripAccents" => [new DropMarks()],
        "Strip" => [new StripEnds(TokenizerFile.Flag(json, "strip_left") ?? true, TokenizerFile.Flag(json, "strip_right") ?? true)],
        "Nmt" => [new Nmt()],
        "Prepend" => [new PrependText(TokenizerFile.Text(json, "prepend") ?? "")],
        "Replace" => [new ReplaceMatches(Pattern(json, "normalizer Replace"), TokenizerFile.Text(json, "content") ?? "")],
        var other => throw Unsupported($"the normalizer {other} is not supported"),
    };

    public IPreTokenizer PreTokenizer(JsonElement json) => TypeOf(json, "pre_tokenizer") switch
    {
        "Whitespace" => new SplitPieces(TextPattern.Words, SplitBehavior.Removed, inverted: true),
        "WhitespaceSplit" => new SplitPieces(Kind(CharacterKinds.White), SplitBehavior.Removed),
        "Punctuation" => new SplitPieces(Kind(CharacterKinds.Punctuation), Behavior(json, "Punctuation") ?? SplitBehavior.Isolated),
        "Digits" => new SplitPieces(
            Kind(CharacterKinds.Numeric),
            TokenizerFile.Flag(json, "individual_digits") == true ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        "CharDelimiterSplit" => new SplitPieces(Delimiter(json), SplitBehavior.Removed),
        "Split" => new SplitPieces(
            Pattern(json, "pre_tokenizer Split"), Behavior(json, "Split")
                ?? throw Unsupported("the pre_tokenizer Split names no behavior"), TokenizerFile.Flag(json, "invert") ?? false),
        "ByteLevel" => new ByteLevelPieces(
            TokenizerFile.Flag(json, "add_prefix_space") ?? true,
            TokenizerFile.Flag(json, "use_regex") ?? true),
        var other => throw Unsupported($"the pre_tokenizer {other} is not supported"),
    };

    /// <summary>BERT's own, which is two: at white space, then around punctuation.</summary>
    public static IEnumerable<IPreTokenizer> BertPreTokenizer =>
        [new SplitPieces(Kind(CharacterKinds.White), SplitBehavior.Removed), new SplitPieces(
            Kind(CharacterKinds.Punctuation),
            SplitBehavior.Isolated)];

    /// <summary>What BertNormalizer does, in its order.</summary>
    public static IEnumerable<INormalizer> Bert(bool cleans, bool splitsChinese, bool stripsAccents, bool lowercases)
    {
        if (cleans) yield return new CleanText();
        if (splitsChinese) yield return new SplitChinese();
        if (stripsAccents) yield return new StripBertAccents();
        if (lowercases) yield return new LowerCase();
    }

    private static IEnumerable<INormalizer> Bert(JsonElement json)
    {
        var lowercases = TokenizerFile.Flag(json, "lowercase") ?? true;
        return Bert(
            TokenizerFile.Flag(json, "clean_text") ?? true, TokenizerFile.Flag(json, "handle_chinese_chars") ?? true, TokenizerFile.Flag(
                json,
                "strip_accents") ?? lowercases, lowercases);
    }

    private static TextPattern Kind(CharacterKinds kind) => TextPattern.Characters(code => Characters.Is(code, kind));

    private TextPattern Delimiter(JsonElement json)
    {
        var delimiter = TokenizerFile.Text(json, "delimiter") is { Length: > 0 } text
            ? Rune.GetRuneAt(text, 0)
            : throw Unsupported("the pre_tokenizer CharDelimiterSplit names no delimiter");
        return TextPattern.Characters(code => code == delimiter.Value);
    }

    /// <summary>A pattern is a text, or a regular expression of the plain kind.</summary>
    private TextPattern Pattern(JsonElement json, string component)
    {
        var pattern = TokenizerFile.Property(json, "pattern") ?? throw Unsupported($"the {component} has no pattern");
        if (TokenizerFile.Text(pattern, "String") is { Length: > 0 } text) return TextPattern.Literal(text);
        var expression = TokenizerFile.Text(pattern, "Regex")
            ?? throw Unsupported($"the {component} has neither a String nor a Regex as its pattern");
        return TextPattern.Regex(expression) ?? throw Unsupported($"the {component} with the Regex '{expression}' is not supported");
    }

    private SplitBehavior? Behavior(JsonElement json, string component)
    {
        if (TokenizerFile.Text(json, "behavior") is not { } name) return null;
        return Enum.TryParse<SplitBehavior>(name, out var behavior) && Enum.IsDefined(behavior)
            ? behavior
            : throw Unsupported($"the pre_tokenizer {component} with the behavior {name} is not supported");
    }
}
