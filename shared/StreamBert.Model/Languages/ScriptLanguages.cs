using System.Buffers;

namespace StreamBert.Model.Languages;

/// <summary>The languages that are recognized by their script.</summary>
internal static class ScriptLanguages
{
    private static readonly SearchValues<char> BelarusianLetters = SearchValues.Create("ўЎ");
    private static readonly SearchValues<char> KazakhLetters = SearchValues.Create("әғқңөұүһӘҒҚҢӨҰҮҺ");
    private static readonly SearchValues<char> UkrainianLetters = SearchValues.Create("іїєІЇЄ");
    private static readonly SearchValues<char> UrduLetters = SearchValues.Create("ٹڈڑںےہ");
    private static readonly SearchValues<char> PersianLetters = SearchValues.Create("پچژگ");

    /// <summary>The frequent languages of each script; the first is the one of a text without letters of another.</summary>
    private static readonly (Script Script, string[] Languages)[] Scripts =
    [
        (Script.Greek, ["el"]),
        (Script.Cyrillic, ["ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"]),
        (Script.Armenian, ["hy"]),
        (Script.Hebrew, ["he", "yi"]),
        (Script.Arabic, ["ar", "fa", "ur", "ps", "ug"]),
        (Script.Devanagari, ["hi", "mr", "ne", "sa"]),
        (Script.Bengali, ["bn", "as"]),
        (Script.Tamil, ["ta"]),
        (Script.Thai, ["th"]),
        (Script.Georgian, ["ka"]),
        (Script.Han, ["zh", "yue", "ja"]),
        (Script.Kana, ["ja"]),
        (Script.Hangul, ["ko"]),
    ];

    private static readonly string[] Frequent = [.. Enum.GetValues<Script>()
        .Select(static script => Scripts.FirstOrDefault(other => other.Script == script).Languages?[0] ?? "")];

    /// <summary>Returns the mask of the scripts that a language is written in, Latin not included.</summary>
    public static uint GetScripts(string language) => Scripts.Where(script => script.Languages.Contains(language))
        .Aggregate(0u, static (mask, script) => mask | (1u << (int)script.Script));

    /// <summary>Returns the likely language of a text in a script.</summary>
    public static string Identify(Script script, ReadOnlySpan<char> text) => script switch
    {
        Script.Cyrillic when text.ContainsAny(BelarusianLetters) => "be",
        Script.Cyrillic when text.ContainsAny(KazakhLetters) => "kk",
        Script.Cyrillic when text.ContainsAny(UkrainianLetters) => "uk",
        Script.Arabic when text.ContainsAny(UrduLetters) => "ur",
        Script.Arabic when text.ContainsAny(PersianLetters) => "fa",
        _ => Frequent[(int)script],
    };
}
