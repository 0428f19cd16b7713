namespace StreamBert.Model.Languages;

/// <summary>The languages of a model.</summary>
/// <param name="Words">The mask of those with function words.</param>
/// <param name="Scripts">The mask of their scripts.</param>
internal readonly record struct KnownLanguages(uint Words, uint Scripts)
{
    /// <summary>Whether a text in this script may be in one of the languages.</summary>
    public bool Has(Script script) => (Scripts & (1u << (int)script)) != 0;

    /// <summary>The languages that are written in Latin script too, in which their words are not known.</summary>
    private static readonly string[] AlsoInLatinScript = ["hi", "kk", "mn", "sr", "ur"];

    /// <returns>The languages; null if one of them can neither be recognized by its script nor by its words.</returns>
    public static KnownLanguages? Create(IReadOnlyList<string> languages)
    {
        var (words, scripts) = (0u, 0u);
        foreach (var language in languages.Select(LanguageCode.GetPrimary))
        {
            var word = StopWords.Languages.Index().Where(other => other.Item == language)
                .Aggregate(0u, static (mask, other) => mask | (1u << other.Index));
            var script = ScriptLanguages.GetScripts(language);
            if ((word | script) == 0 || AlsoInLatinScript.Contains(language)) return null;
            (words, scripts) = (words | word, scripts | script);
        }
        return languages.Count == 0 ? null : new KnownLanguages(words, scripts);
    }
}
