using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Trends;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Dashboard.Predictions;

/// <summary>What is searched for among the predictions of a pipeline, as the address of the page has it.</summary>
public sealed record PredictionSearch
{
    private const string Path = "predictions";

    /// <summary>The pipeline; null: the one of the tab.</summary>
    public string? Pipeline { get; init; }

    /// <summary>The head whose label is meant; null: any.</summary>
    public string? Head { get; init; }

    public string? Label { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>The end, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The least confidence, 0 to 1.</summary>
    public double? MinConfidence { get; init; }

    /// <summary>The highest confidence, 0 to 1.</summary>
    public double? MaxConfidence { get; init; }

    /// <summary>What the text contains.</summary>
    public string? Text { get; init; }

    /// <summary>Whether every prediction of the pipeline matches.</summary>
    public bool IsEmpty => this == new PredictionSearch { Pipeline = Pipeline };

    /// <summary>Parses the query of an address; what is invalid is not searched for.</summary>
    public static PredictionSearch Parse(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri).Query);
        string? Get(string name) => query.TryGetValue(name, out var values) && values is [{ Length: > 0 } value, ..] ? value : null;
        return new()
        {
            Pipeline = Get("pipeline"),
            Head = Get("head"),
            Label = Get("label"),
            From = ParseTime(Get("from")),
            To = ParseTime(Get("to")),
            MinConfidence = ParseConfidence(Get("minConfidence")),
            MaxConfidence = ParseConfidence(Get("maxConfidence")),
            Text = Get("text"),
        };
    }

    /// <summary>Formats the address of the page.</summary>
    public override string ToString() => QueryHelpers.AddQueryString(Path, ToParameters());

    /// <summary>Returns the address of the API that exports what was found.</summary>
    public string ToExport(string format) =>
        QueryHelpers.AddQueryString($"v1/{Path}", new Dictionary<string, string?>(ToParameters()) { ["format"] = format });

    /// <summary>Returns the query of a page, without the search in texts.</summary>
    public PredictionQuery ToQuery(int limit, StateCursor? after) => new(Pipeline, Head, Label, limit)
    {
        From = From,
        To = To,
        MinConfidence = MinConfidence,
        MaxConfidence = MaxConfidence,
        After = after,
    };

    private Dictionary<string, string?> ToParameters() => new()
    {
        ["pipeline"] = Pipeline,
        ["head"] = Head,
        ["label"] = Label,
        ["from"] = From is { } from ? ChartRange.Format(from) : null,
        ["to"] = To is { } to ? ChartRange.Format(to) : null,
        ["minConfidence"] = MinConfidence?.ToString(CultureInfo.InvariantCulture),
        ["maxConfidence"] = MaxConfidence?.ToString(CultureInfo.InvariantCulture),
        ["text"] = Text,
    };

    private static DateTimeOffset? ParseTime(string? value) => EventTimeParser.TryParse(value, null, out var time, out _) ? time : null;

    private static double? ParseConfidence(string? value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var confidence) && confidence is >= 0 and <= 1
            ? confidence : null;
}
