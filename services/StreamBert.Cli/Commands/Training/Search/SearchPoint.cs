namespace StreamBert.Cli.Commands.Training.Search;

/// <summary>A combination of hyper-parameters.</summary>
/// <param name="Values">The names of the options without dashes, and their values.</param>
internal sealed record SearchPoint(IReadOnlyList<KeyValuePair<string, string>> Values)
{
    /// <summary>The name, such as <c>learning-rate=1e-3,rank=8</c>.</summary>
    public string Name => string.Join(',', Values.Select(static value => $"{value.Key}={value.Value}"));

    /// <summary>The combination as arguments of the command line.</summary>
    public IEnumerable<string> Arguments => Values.SelectMany(static value => new[] { SearchGrid.Dashes + value.Key, value.Value });
}
