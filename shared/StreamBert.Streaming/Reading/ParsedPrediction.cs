using StreamBert.Contracts;

namespace StreamBert.Streaming.Reading;

/// <summary>Holds the prediction of a model that is served elsewhere.</summary>
/// <param name="ModelVersion">The version that the record names, else <see cref="UnknownVersion"/>.</param>
/// <param name="Heads">The answers by head.</param>
public sealed record ParsedPrediction(string ModelVersion, IReadOnlyDictionary<string, HeadPrediction> Heads)
{
    /// <summary>The version of predictions that name none.</summary>
    public const string UnknownVersion = "external";
}
