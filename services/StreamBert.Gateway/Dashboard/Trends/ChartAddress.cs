using Microsoft.AspNetCore.WebUtilities;
using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>What the overview shows, as its address has it: a link or a reload shows the same.</summary>
/// <param name="Pipeline">The pipeline; null: the one of the tab.</param>
/// <param name="Charted">What is drawn; null: the first choice.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Range">The span of event time.</param>
public sealed record ChartAddress(string? Pipeline, ChartedLabel? Charted, string Segment, ChartRange Range)
{
    private const string CountMeasure = "count";

    /// <summary>Parses the query of an address.</summary>
    public static ChartAddress Parse(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri).Query);
        string? Get(string name) => query.TryGetValue(name, out var values) && values is [{ Length: > 0 } value, ..] ? value : null;
        var measure = Get("measure") == CountMeasure ? LabelMeasure.Count : LabelMeasure.Share;
        var charted = Get("head") is { } head ? new ChartedLabel(head, Get("label"), measure) : null;
        var range = ChartRange.Parse(Get("range"), Get("from"), Get("to"));
        return new(Get("pipeline"), charted, Get("segment") ?? SeriesKey.All, range);
    }

    /// <summary>Formats the address, relative to the base of the dashboard.</summary>
    public override string ToString()
    {
        var isCount = Charted?.IsShare == false;
        return QueryHelpers.AddQueryString("./", new Dictionary<string, string?>
        {
            ["pipeline"] = Pipeline,
            ["head"] = Charted?.Head,
            ["label"] = Charted?.Label,
            ["measure"] = isCount ? CountMeasure : null,
            ["segment"] = Segment == SeriesKey.All ? null : Segment,
            ["range"] = Range.Name is { Length: > 0 } name ? name : null,
            ["from"] = Range.IsFixed ? ChartRange.Format(Range.From) : null,
            ["to"] = Range.IsFixed ? ChartRange.Format(Range.To) : null,
        });
    }
}
