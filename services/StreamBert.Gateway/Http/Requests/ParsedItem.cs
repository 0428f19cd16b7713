namespace StreamBert.Gateway.Http.Requests;

/// <summary>Holds a parsed object of a request.</summary>
/// <param name="Value">The object.</param>
/// <param name="IgnoredFields">The names of unknown fields that resemble no known one.</param>
/// <param name="ReplacedSurrogates">The number of lone surrogates that were replaced; see <see
/// cref="RecordJson.WithoutLoneSurrogates"/>.</param>
internal sealed record ParsedItem<T>(T Value, IReadOnlyList<string> IgnoredFields, int ReplacedSurrogates);
