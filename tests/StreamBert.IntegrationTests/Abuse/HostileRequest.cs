using System.Text;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>A request as an attacker sends it: its content is sent unchanged.</summary>
/// <param name="Area">What is attacked; the counts are grouped by it.</param>
internal sealed record HostileRequest(
    string Area,
    string Method,
    string Target,
    IReadOnlyList<(string Name, string Value)> Headers,
    byte[] Body)
{
    /// <summary>Sent in place of the lines and headers: for what no well-formed request can say.</summary>
    public byte[]? Raw { get; init; }

    /// <summary>On HTTP/1.1; the server is asked to close, so that the end of its answer is known.</summary>
    public byte[] OnHttp1(string authority)
    {
        if (Raw is not null) return Raw;
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\n");
        if (!Has("Host")) head.Append($"Host: {authority}\r\n");
        foreach (var (name, value) in Headers) head.Append($"{name}: {value}\r\n");
        if (Body.Length > 0 && !Has("Content-Length") && !Has("Transfer-Encoding")) head.Append($"Content-Length: {Body.Length}\r\n");
        return [.. Encoding.Latin1.GetBytes(head.Append("Connection: close\r\n\r\n").ToString()), .. Body];
    }

    /// <summary>On HTTP/2: the frames of one stream.</summary>
    public byte[] OnHttp2(string authority) => Http2Frames.Request(
        Method, Target, authority, Headers.Where(static header => !header.Name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            .Select(static header => (header.Name.ToLowerInvariant(), header.Value)), Body);

    public override string ToString() => Raw is null ? $"[{Area}] {Method} {Target} "
        + $"{string.Join(" | ", Headers.Select(static header => $"{header.Name}: {header.Value}"))} body {Convert.ToBase64String(Body)}"
            : $"[{Area}] raw {Convert.ToBase64String(Raw)}";

    private bool Has(string name) => Headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
