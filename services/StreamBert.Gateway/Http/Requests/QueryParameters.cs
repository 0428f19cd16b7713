using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Parses query parameters.</summary>
internal static class QueryParameters
{
    /// <summary>A time in a query, in the forms that event times have.</summary>
    /// <exception cref="ApiException">It is no time, or could be read in two ways.</exception>
    public static DateTimeOffset? Time(string name, string? value) => string.IsNullOrEmpty(value) ? null
        : EventTimeParser.TryParse(value, null, out var time, out var fault) ? time : throw ApiException.Invalid($"{name}: {fault}");

    /// <exception cref="ApiException">It is no cursor.</exception>
    public static StateCursor? Cursor(string? given) => string.IsNullOrEmpty(given) ? null
        : StateCursor.Parse(given)
            ?? throw ApiException.Invalid($"cursor is '{Excerpt.Quote(given)}'; it must be `next` of the page before, as it was answered.");

    /// <exception cref="ApiException">There is a fault.</exception>
    public static void ThrowIfInvalid(LimitFault? fault)
    {
        if (fault is not null) throw ApiException.Invalid(fault.Detail);
    }

    /// <exception cref="ApiException">The value is outside the range.</exception>
    public static int Limit(int? given, int fallback, int most) => given switch
    {
        null => fallback,
        >= 1 when given <= most => given.Value,
        _ => throw ApiException.Invalid($"limit is {given}; it must be between 1 and {most}."),
    };
}
