namespace StreamBert.Gateway.Http;

/// <summary>Lists the media types of request and response bodies.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string JsonLines = "application/x-ndjson";
    public const string Csv = "text/csv";
    public const string Parquet = "application/vnd.apache.parquet";

    /// <summary>The names under which clients send JSON Lines.</summary>
    public static readonly string[] JsonLinesTypes = [JsonLines, "application/ndjson", "application/jsonl", "application/json-lines"];

    /// <summary>
    /// The media types, besides <see cref="Json"/>, of routes that accept several objects. ASP.NET Core rejects all others.
    /// </summary>
    public static readonly string[] JsonCollections = [.. JsonLinesTypes, "application/*+json"];
}
