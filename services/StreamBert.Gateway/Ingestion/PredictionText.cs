using StreamBert.Contracts;
using StreamBert.Privacy.Sealing;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Searches the texts of predictions as their readers see them.</summary>
internal static class PredictionText
{
    /// <summary>Returns whether a text contains another one, whatever its case; null if nothing is searched for.</summary>
    public static Func<TextClassified, bool>? Contains(string? part, SubjectVault vault) => string.IsNullOrEmpty(part) ? null
        : prediction => (prediction.Sealed is null ? prediction : vault.Open(prediction)).Text
            ?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;
}
