using System.Text;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>What is not well-formed HTTP/1.1: smuggling, broken chunks, line ends, lengths.</summary>
internal static class HostileBytes
{
    private static readonly string[] Requests =
    [
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/audit "
            + "HTTP/1.1\r\nHost: {h}\r\nConnection: close\r\n\r\n",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: chunked\r\nContent-Type: "
            + "application/json\r\n\r\nffffffffffffffff\r\na\r\n0\r\n\r\n",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n-1\r\na\r\n0\r\n\r\n",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: chunked\r\nContent-Type: "
            + "application/json\r\n\r\n5;ext=\"{long}\"\r\nabcde\r\n0\r\n\r\n",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: chunked\r\nContent-Type: "
            + "application/json\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n0\r\nX-Trailer: "
            + "{long}\r\nContent-Length: 9\r\n\r\n",
        "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nContent-Length: -1\r\n\r\n", "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nContent-Length: "
            + "99999999999999999999\r\n\r\n", "POST /v1/texts HTTP/1.1\r\nHost: {h}\r\nContent-Length: 5 5\r\n\r\nabcde",
        "GET / HTTP/1.1\nHost: {h}\n\n", "GET / HTTP/1.1\r\nHost : {h}\r\n\r\n", "GET / HTTP/1.1\r\nHost: {h}\r\n folded: x\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: {h}\r\nHost: evil.example\r\n\r\n", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: {h}\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET / \r\n\r\n", "GET\r\n\r\n", " GET / HTTP/1.1\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: {h}\r\n\r\n", "GET /{long} HTTP/1.1\r\nHost: {h}\r\n\r\n", "{long}{long}{long}\r\n\r\n",
            "\r\n\r\n\r\nGET /health/live HTTP/1.1\r\nHost: {h}\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: {h}\r\nX: a\0b\r\n\r\n", "GET /\0 HTTP/1.1\r\nHost: {h}\r\n\r\n", "GET / HTTP/1.1\r\nHost: "
            + "{h}\r\nX\u00e9: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: {h}\r\n: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: {h}\r\nX: "
            + "{long}{long}{long}{long}{long}\r\n\r\n", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: {h}\r\nConnection: close\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\nHost: "
            + "{h}\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", "HELP\r\n", "*3\r\n$3\r\nSET\r\n",
        "GET /_blazor HTTP/1.1\r\nHost: {h}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
            + "13\r\nSec-WebSocket-Key: short\r\n\r\n", "GET /_blazor?id=../../x HTTP/1.1\r\nHost: {h}\r\nUpgrade: "
            + "websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 99\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: {h}\r\n\r\nGET /health/live HTTP/1.1\r\nHost: {h}\r\n\r\nGET /v1/verify HTTP/1.1\r\nHost: "
            + "{h}\r\nConnection: close\r\n\r\n",
    ];

    /// <param name="credential">A header line that lets requests in, or an empty text.</param>
    public static HostileRequest Make(Random random, string authority, string credential)
    {
        var text = Requests[random.Next(Requests.Length)].Replace("{h}", authority, StringComparison.Ordinal)
            .Replace("{long}", new string('a', random.Next(1, 9_000)), StringComparison.Ordinal);
        if (random.Next(2) == 0)
        {
            text = text.Replace(
            $"Host: {authority}\r\n",
            $"Host: {authority}\r\n{credential}",
            StringComparison.Ordinal);
        }

        var bytes = Encoding.Latin1.GetBytes(text);
        if (random.Next(4) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(6) == 0) bytes = bytes[..random.Next(1, bytes.Length)];
        return new("raw bytes", "", "", [], []) { Raw = bytes };
    }
}
