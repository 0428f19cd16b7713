namespace StreamBert.Gateway.Http.Streaming;

/// <summary>Describes the framing of a streamed response, and of the problem document at its end if it fails.</summary>
/// <param name="MediaType">The content type.</param>
/// <param name="FailurePrefix">The bytes before the problem document.</param>
/// <param name="FailureSuffix">The bytes after it.</param>
internal sealed record StreamFormat(string MediaType, byte[] FailurePrefix, byte[] FailureSuffix)
{
    /// <summary>The name under which a browser saves the response; null: it shows it.</summary>
    public string? FileName { get; init; }

    /// <summary>Whether a failed response is cut off, because its format has no place for a problem document.</summary>
    public bool EndsAbruptly { get; init; }

    /// <summary>One JSON object per line; the last line of a failed response is <c>{"failure":{…}}</c>.</summary>
    public static readonly StreamFormat JsonLines = new(MediaTypes.JsonLines, "{\"failure\":"u8.ToArray(), "}\n"u8.ToArray());

    /// <summary>Server-sent events (WHATWG HTML, 9.2); the last event of a failed response is named <c>failure</c>.</summary>
    public static readonly StreamFormat Events = new("text/event-stream", "event: failure\ndata: "u8.ToArray(), "\n\n"u8.ToArray());

    /// <summary>A file to download.</summary>
    public static StreamFormat File(string mediaType, string name) => new(mediaType, [], []) { FileName = name, EndsAbruptly = true };
}
