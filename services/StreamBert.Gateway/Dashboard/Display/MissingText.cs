using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Explains why a prediction or an example shows no text.</summary>
internal static class MissingText
{
    public static string Explain(TextClassified prediction) => Explain(prediction.Erased, prediction.Sealed);

    public static string Explain(AlertExample example) => $"{example.Id} ({Explain(example.Erased, example.Sealed)})";

    public static string Explain(ChangedAnswer answer) => $"{answer.Id} ({Explain(answer.Erased, answer.Sealed)})";

    /// <summary>Names the reason in one or three words, for a row of a list.</summary>
    public static string Summarize(TextClassified prediction) =>
        prediction.Erased == true ? L["erased"] : prediction.Sealed is null ? L["text not stored"] : L["encrypted"];

    private static string Explain(bool? erased, byte[]? sealedText)
    {
        if (erased == true)
            return L["erased: the key of its subject was deleted, so the text can no longer be decrypted"];
        return sealedText is not null
            ? L["encrypted with a key that is not available here; see {0}", "Privacy:Directory"]
            : L["the privacy settings of this pipeline exclude texts from predictions"];
    }
}
