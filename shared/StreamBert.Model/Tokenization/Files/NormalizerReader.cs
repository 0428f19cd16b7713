using System.Text.Json;
using StreamBert.Model.Tokenization.Normalizers;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Reads the <c>normalizer</c> of a <c>tokenizer.json</c>.</summary>
internal sealed class NormalizerReader(ComponentContext context)
{
    private const string Name = "normalizer";

    /// <summary>Returns the normalizers that a component consists of.</summary>
    public IEnumerable<INormalizer> Read(JsonElement json) => context.GetType(json, Name) switch
    {
        "BertNormalizer" => ReadBert(json),
        "Lowercase" => [new LowercaseNormalizer()],
        "NFC" => [new UnicodeFormNormalizer(isCompatibility: false, composes: true)],
        "NFD" => [new UnicodeFormNormalizer(isCompatibility: false, composes: false)],
        "NFKC" => [new UnicodeFormNormalizer(isCompatibility: true, composes: true)],
        "NFKD" => [new UnicodeFormNormalizer(isCompatibility: true, composes: false)],
        "StripAccents" => [new StripAccentsNormalizer()],
        "Strip" => [new StripNormalizer(json.FindFlag("strip_left") ?? true, json.FindFlag("strip_right") ?? true)],
        "Nmt" => [new NmtNormalizer()],
        "Prepend" => [new PrependNormalizer(json.FindText("prepend") ?? "")],
        "Replace" => [new ReplaceNormalizer(PatternReader.Read(json, "normalizer Replace", context), json.FindText("content") ?? "")],
        var other => throw context.Unsupported($"the normalizer {other} is not supported"),
    };

    /// <summary>Creates the steps of BertNormalizer in their order.</summary>
    public static IEnumerable<INormalizer> CreateBert(bool cleanText, bool splitChinese, bool stripAccents, bool lowercase)
    {
        if (cleanText) yield return new CleanTextNormalizer();
        if (splitChinese) yield return new ChineseCharacterNormalizer();
        if (stripAccents) yield return new BertAccentNormalizer();
        if (lowercase) yield return new LowercaseNormalizer();
    }

    private static IEnumerable<INormalizer> ReadBert(JsonElement json)
    {
        var lowercase = json.FindFlag("lowercase") ?? true;
        return CreateBert(
            json.FindFlag("clean_text") ?? true, json.FindFlag("handle_chinese_chars") ?? true, json.FindFlag("strip_accents")
                ?? lowercase, lowercase);
    }
}
