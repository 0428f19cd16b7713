using System.Text;
using System.Text.Json;
using StreamBert.Model.Tokenization.Patterns;
using StreamBert.Model.Tokenization.PreTokenizers;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>.</summary>
internal sealed class PreTokenizerReader(ComponentContext context)
{
    private const string Name = "pre_tokenizer";

    /// <summary>Returns the pre-tokenizers that a component consists of.</summary>
    public IEnumerable<IPreTokenizer> Read(JsonElement json) => context.GetType(json, Name) switch
    {
        "BertPreTokenizer" => CreateBert(),
        "Whitespace" => [new SplitPreTokenizer(new WordPattern(), SplitBehavior.Removed, isInverted: true)],
        "WhitespaceSplit" => [new SplitPreTokenizer(MatchKind(CharacterKinds.WhiteSpace), SplitBehavior.Removed)],
        "Punctuation" => [new SplitPreTokenizer(
            MatchKind(CharacterKinds.Punctuation), ReadBehavior(json, "Punctuation") ?? SplitBehavior.Isolated)],
        "Digits" => [new SplitPreTokenizer(MatchKind(CharacterKinds.Numeric), ReadDigitBehavior(json))],
        "CharDelimiterSplit" => [new SplitPreTokenizer(ReadDelimiter(json), SplitBehavior.Removed)],
        "Split" => [ReadSplit(json)],
        "ByteLevel" => [new ByteLevelPreTokenizer(json.FindFlag("add_prefix_space") ?? true, json.FindFlag("use_regex") ?? true)],
        var other => throw context.Unsupported($"the pre_tokenizer {other} is not supported"),
    };

    /// <summary>Creates the two steps of BertPreTokenizer: it splits at white space, then around punctuation.</summary>
    public static IEnumerable<IPreTokenizer> CreateBert() =>
    [
        new SplitPreTokenizer(MatchKind(CharacterKinds.WhiteSpace), SplitBehavior.Removed),
        new SplitPreTokenizer(MatchKind(CharacterKinds.Punctuation), SplitBehavior.Isolated),
    ];

    private static CharacterPattern MatchKind(CharacterKinds kind) => new(code => CharacterTable.Is(code, kind));

    private static SplitBehavior ReadDigitBehavior(JsonElement json) =>
        json.FindFlag("individual_digits") == true ? SplitBehavior.Isolated : SplitBehavior.Contiguous;

    private CharacterPattern ReadDelimiter(JsonElement json)
    {
        if (json.FindText("delimiter") is not { Length: > 0 } text)
        {
            throw context.Unsupported("the pre_tokenizer CharDelimiterSplit has no delimiter");
        }
        var delimiter = Rune.GetRuneAt(text, 0).Value;
        return new CharacterPattern(code => code == delimiter);
    }

    private SplitPreTokenizer ReadSplit(JsonElement json)
    {
        var pattern = PatternReader.Read(json, "pre_tokenizer Split", context);
        var behavior = ReadBehavior(json, "Split") ?? throw context.Unsupported("the pre_tokenizer Split has no behavior");
        return new SplitPreTokenizer(pattern, behavior, json.FindFlag("invert") ?? false);
    }

    private SplitBehavior? ReadBehavior(JsonElement json, string component)
    {
        if (json.FindText("behavior") is not { } name) return null;
        return Enum.TryParse<SplitBehavior>(name, out var behavior) && Enum.IsDefined(behavior)
            ? behavior
            : throw context.Unsupported($"the pre_tokenizer {component} with the behavior {name} is not supported");
    }
}
