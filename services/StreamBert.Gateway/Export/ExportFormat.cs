using Microsoft.Net.Http.Headers;
using StreamBert.Contracts;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Export;

/// <summary>The form of a list that is read.</summary>
internal enum ExportFormat
{
    Json,
    Csv,
    Parquet,
}

/// <summary>Determines which form a client asks for.</summary>
internal static class ExportFormats
{
    /// <summary>Returns the format of the query; without one, the first that the header Accept names; else JSON.</summary>
    /// <exception cref="ApiException">There is no such format.</exception>
    public static ExportFormat Of(HttpRequest request, string? format) => format switch
    {
        null or "" => OfHeader(request),
        "json" => ExportFormat.Json,
        "csv" => ExportFormat.Csv,
        "parquet" => ExportFormat.Parquet,
        _ => throw ApiException.Invalid($"format is '{Excerpt.Quote(format)}'; it must be json, csv or parquet."),
    };

    private static ExportFormat OfHeader(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return ExportFormat.Json;
        return accepted.OrderByDescending(static type => type.Quality ?? 1).Select(static type => type.MediaType.Value switch
        {
            MediaTypes.Csv => ExportFormat.Csv,
            MediaTypes.Parquet => ExportFormat.Parquet,
            _ => ExportFormat.Json,
        }).FirstOrDefault();
    }
}
