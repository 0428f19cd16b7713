namespace StreamBert.Gateway.Http.Streaming;

/// <summary>How a streamed answer is framed, and what stands around the problem document with which it ends if it fails.</summary>
/// <param name="MediaType">The content type of the answer.</param>
internal sealed record StreamFormat(string MediaType, byte[] FailureBegin, byte[] FailureEnd)
{
    /// <summary>One JSON object a line; the last line of an answer that failed is <c>{"failure":{…}}</c>.</summary>
    public static readonly StreamFormat JsonLines = new(MediaTypes.JsonLines, "{\"failure\":"u8.ToArray(), "}\n"u8.ToArray());

    /// <summary>Server-sent events (WHATWG HTML, 9.2); the last event of an answer that failed is named <c>failure</c>.</summary>
    public static readonly StreamFormat Events = new("text/event-stream", "event: failure\ndata: "u8.ToArray(), "\n\n"u8.ToArray());
}
