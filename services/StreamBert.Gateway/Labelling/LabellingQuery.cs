namespace StreamBert.Gateway.Labelling;

/// <summary>Selects texts that should be labelled.</summary>
/// <param name="Strategy">One of <see cref="LabellingStrategy"/>.</param>
/// <param name="Pipeline">The pipeline; null: all for the random sample, else the first, or that of the alert.</param>
/// <param name="Head">Only this head; null: all.</param>
/// <param name="Annotator">Who labels: what needs no label of that person is left out.</param>
/// <param name="Limit">The most texts of the page.</param>
internal sealed record LabellingQuery(string Strategy, string? Pipeline, string? Head, string Annotator, int Limit)
{
    /// <summary>The id of the alert, for the strategy of that name.</summary>
    public string? Alert { get; init; }

    /// <summary>Only offers of the random sample before this offset; null: the latest.</summary>
    public long? Before { get; init; }
}
