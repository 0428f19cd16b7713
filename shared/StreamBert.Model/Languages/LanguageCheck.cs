namespace StreamBert.Model.Languages;

/// <summary>
/// Finds texts in a language that a model was not trained on. It prefers silence to a false warning: short texts, names, numbers and
/// texts that mix languages are not reported. Thread-safe.
/// </summary>
public sealed class LanguageCheck
{
    private readonly KnownLanguages _known;

    private LanguageCheck(KnownLanguages known) => _known = known;

    /// <summary>Creates the check of a model.</summary>
    /// <param name="languages">The languages of the model as BCP 47 tags.</param>
    /// <returns>The check; null if there is no language, or one that cannot be recognized.</returns>
    public static LanguageCheck? Create(IReadOnlyList<string> languages) =>
        KnownLanguages.Create(languages) is { } known ? new(known) : null;

    /// <summary>Finds the language of a text, if it is none of the model's.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The ISO 639 code of the likely language; null if it is one of the model's, or not determined.</returns>
    public string? FindForeign(string text) => LanguageDetector.Detect(text, _known);
}
