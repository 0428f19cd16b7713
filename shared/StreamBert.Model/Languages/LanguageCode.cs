namespace StreamBert.Model.Languages;

/// <summary>Reads language tags.</summary>
internal static class LanguageCode
{
    /// <summary>Returns the primary subtag in lower case (<c>en</c> of <c>en-US</c>), in the form in which it is detected.</summary>
    public static string GetPrimary(string tag) => tag.Split('-', '_')[0].Trim().ToLowerInvariant() switch
    {
        "nb" or "nn" => "no",
        "fil" => "tl",
        "in" => "id",
        "iw" => "he",
        var code => code,
    };
}
