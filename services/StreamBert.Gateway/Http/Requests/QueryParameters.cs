using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Parses query parameters.</summary>
internal static class QueryParameters
{
    /// <summary>Parses a time in any of the formats of event times.</summary>
    /// <exception cref="ApiException">The value is not a time, or ambiguous.</exception>
    public static DateTimeOffset? ParseTime(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        return EventTimeParser.TryParse(value, null, out var time, out var fault) ? time : throw ApiException.Invalid($"{name}: {fault}");
    }

    /// <summary>Parses the ends of a span of time.</summary>
    /// <exception cref="ApiException">A value is not a time, or the span is empty.</exception>
    public static (DateTimeOffset? From, DateTimeOffset? To) ParseSpan(string? from, string? to)
    {
        var (begin, end) = (ParseTime("from", from), ParseTime("to", to));
        return begin >= end ? throw ApiException.Invalid($"from ({begin:O}) must lie before to ({end:O}).") : (begin, end);
    }

    /// <summary>Checks a probability.</summary>
    /// <exception cref="ApiException">The value is not between 0 and 1.</exception>
    public static double? ParseProbability(string name, double? value) =>
        value is null or (>= 0 and <= 1) ? value : throw ApiException.Invalid($"{name} is {value}; it must be between 0 and 1.");

    /// <exception cref="ApiException">The value is not a cursor.</exception>
    public static StateCursor? ParseCursor(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        return StateCursor.Parse(value) ?? throw InvalidCursor(value);
    }

    public static ApiException InvalidCursor(string value) =>
        ApiException.Invalid($"cursor is '{Excerpt.Quote(value)}'; it must be the unchanged `next` of the previous page.");

    /// <exception cref="ApiException">A field exceeds its limit.</exception>
    public static void ThrowIfInvalid(LimitFault? fault)
    {
        if (fault is not null)
            throw ApiException.Invalid(fault.Detail);
    }

    /// <exception cref="ApiException">The value is out of range.</exception>
    public static int ParseLimit(int? value, int fallback, int maximum) => value switch
    {
        null => fallback,
        >= 1 when value <= maximum => value.Value,
        _ => throw ApiException.Invalid($"limit is {value}; it must be between 1 and {maximum}."),
    };
}
