using System.IO.Compression;
using System.Text;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>Makes requests that try to do harm, by area: the same seed makes the same ones.</summary>
/// <param name="credential">A header that lets the request in, or one that does not.</param>
internal sealed class HostileRequests(Random random, Func<Random, (string Name, string Value)?> credential)
{
    private static readonly string[] Routes =
    [
        "/v1/texts", "/v1/classify", "/v1/explain", "/v1/feedback", "/v1/predictions", "/v1/predictions/x", "/v1/trends", "/v1/alerts",
            "/v1/models", "/v1/pipelines", "/v1/topics", "/v1/status", "/v1/audit", "/v1/verify",
        "/v1/dead-letters", "/v1/dead-letters/0/0", "/v1/dead-letters/discard", "/v1/dead-letters/replay", "/v1/erasures",
            "/v1/erasures/x/proof", "/v1/embeddings", "/predict", "/embed", "/embed_all", "/embed_sparse", "/rerank", "/similarity",
        "/tokenize", "/decode", "/info", "/invocations", "/vertex", "/v2/", "/v2/models/financial-news",
            "/v2/models/financial-news/infer", "/v2/models/financial-news/versions/1/infer", "/health/live", "/health/ready", "/ping",
            "/metrics",
        "/openapi/v1.json", "/docs", "/sign-in", "/sign-out", "/sign-in/callback", "/sign-in/oidc", "/sign-out/provider", "/", "/alerts",
            "/try", "/_blazor", "/_blazor/negotiate", "/_blazor/disconnect/", "/_framework/blazor.web.js", "/assets/dashboard.css",
    ];

    private static readonly string[] Taking =
    [
        "/v1/texts", "/v1/classify", "/v1/explain", "/v1/feedback", "/v1/dead-letters/discard", "/v1/dead-letters/replay",
            "/v1/erasures", "/v1/embeddings", "/predict", "/embed", "/embed_all", "/embed_sparse", "/rerank", "/similarity",
        "/tokenize", "/decode", "/invocations", "/vertex", "/v2/models/financial-news/infer",
            "/v2/models/financial-news/versions/1/infer", "/sign-in", "/sign-out", "/sign-out/provider", "/_blazor/negotiate",
            "/_blazor/disconnect/",
    ];

    private static readonly string[] Pieces =
    [
        "..", "%2e%2e", "%252e%252e%252f", "..%5c", "%00", "%0d%0aX-Injected:%201", "%c0%ae%c0%ae", "%ff%fe", "%u002e", "%", "%zz",
            "\u00ff", ";jsessionid=1", "*", "'", "\"><script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x/}", "\\..\\",
            "//evil.example/", "file:///etc/passwd",
        "CON", "a%2fb", "%F0%9F%98%80", "%ED%A0%80", "%E2%80%AE", "-1", "99999999999999999999999", "NaN", "null", "true", "0x10",
            "1e309", "' OR 1=1 --", "*;q=9", "[]", "{}",
    ];

    private static readonly string[] Parameters = ["limit", "cursor", "from", "to", "pipeline", "topic", "type", "state", "head",
        "label", "reason", "id", "origin", "action", "countFor", "window", "return", "code", "logout_token", "negotiateVersion"];

    private static readonly string[] Bodies =
    [
        "", "{", "[", "null", "[null]", "{}", "[{}]", "{\"text\":null}", "{\"text\":1e999}", "{\"text\":\"\\ud800\"}",
            "{\"text\":\"a\",\"text\":\"b\"}", "[[[[[[[[[[]]]]]]]]]]", "{\"inputs\":{}}", "{\"inputs\":[[[]]]}",
            "{\"id\":{\"$ne\":1},\"text\":\"a\"}", "{\"__proto__\":{\"admin\":true},\"text\":\"a\"}",
        "{\"text\":\"a\",\"attributes\":{\"a\":{\"b\":{\"c\":1}}}}", "{\"text\":\"a\",\"occurredAt\":\"9999-99-99\"}",
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
            "key=x&__RequestVerificationToken=x", "logout_token=a.b.c", "{\"all\":true,\"id\":\"x\"}",
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[-1,99999999999],\"data\":[]}]}", "{\"subject\":\"\"}",
            "\u0000\u0001\u0002", "{\"deadlineMs\":1,\"text\":\"a\"}", "{\"query\":\"a\",\"texts\":[]}", "{\"ids\":[[-1]]}",
    ];

    private static readonly string[] Types =
    [
        "application/json", "application/json; charset=utf-7", "application/json; charset=\"", "application/x-ndjson", "text/plain",
            "multipart/form-data", "multipart/form-data; boundary=", "application/x-www-form-urlencoded", "application/cloudevents+json",
            "application/cloudevents-batch+json", "application/octet-stream",
        "*/*", "application/", "/", "a/b/c", "application/json, text/plain", "application/problem+json", "text/event-stream",
            "application/json;" , "\u00e9/\u00e9",
    ];

    private static readonly Func<HostileRequests, HostileRequest>[] Areas =
    [
        static make => make.Request("paths", Target: make.Path()),
        static make => make.Request("queries", Target: make.Pick(Routes) + make.Query()),
        static make => make.Request("headers", Headers: make.OddHeaders()),
        static make => make.Request(
            "bodies",
            "POST",
            make.Pick(Taking),
            Headers: [("Content-Type", "application/json")],
            Body: make.Body()),
        static make => make.Request(
            "content types",
            "POST",
            make.Pick(Taking),
            Headers: [("Content-Type", make.Pick(Types)), ("Accept", make.Pick(Types))],
            Body: make.Body()),
        static make => make.Encoded(),
        static make => make.Request("credentials", Headers: make.OddCredentials()),
        static make => make.Request("cookies", Headers: [("Cookie", make.Cookie())]),
        static make => make.Request("methods", make.Pick(
            "GET",
            "POST",
            "PUT",
            "DELETE",
            "PATCH",
            "OPTIONS",
            "TRACE",
            "CONNECT",
            "HEAD",
            "PROPFIND",
            "get",
            "G\u00cbT",
            "A",
            new string('M', 200)),
                Headers: [(make.Pick("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"),
                make.Pick("DELETE", "POST", "TRACE"))], Body: make.Chance(3) ? make.Body() : []),
        static make => make.Request("cross-site", make.Pick("GET", "POST"), Headers: [("Sec-Fetch-Site", make.Pick(
            "cross-site",
            "same-site",
            "none",
            "x")), ("Sec-Fetch-Mode", make.Pick("navigate", "no-cors")),
                ("Origin", make.Pick("null", "https://evil.example", "http://", "a b"))]),
    ];

    /// <summary>One after another of every area.</summary>
    public IEnumerable<HostileRequest> Take(int count) => Enumerable.Range(0, count).Select(number => Areas[number % Areas.Length](this));

    private HostileRequest Request(
        string area,
        string? Method = null,
        string? Target = null,
        IEnumerable<(string, string)>? Headers = null,
        byte[]? Body = null)
    {
        var headers = Headers?.ToList() ?? [];
        if (area is not "credentials" && credential(random) is { } let) headers.Add(let);
        return new(area, Method ?? Pick("GET", "GET", "POST"), Target ?? Pick(Routes), headers, Body ?? []);
    }

    private T Pick<T>(params T[] of) => of[random.Next(of.Length)];

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private string Path() => random.Next(6) switch
    {
        0 => $"{Pick(Routes)}/{Pick(Pieces)}",
        1 => $"/{Pick(Pieces)}{Pick(Routes)}",
        2 => $"/{string.Join('/', Enumerable.Repeat(Pick(Pieces), random.Next(1, 300)))}",
        3 => $"/v1/predictions/{new string(Pick('a', '/', '%', ';'), random.Next(1, 7_000))}",
        4 => $"http://evil.example{Pick(Routes)}",
        _ => $"/_content/{Pick(Pieces)}/{Pick(Pieces)}",
    };

    private string Query() => "?" + string.Join('&', Enumerable.Range(0, Chance(10) ? 2_000 : random.Next(1, 5))
        .Select(_ => Chance(8) ? Pick(Pieces) : $"{Pick(Parameters)}={Pick(Pieces)}"));

    private IEnumerable<(string, string)> OddHeaders() => random.Next(8) switch
    {
        0 => [(Pick("Host", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded"), Pick(
            "evil.example",
            "a b",
            "",
            "[::1",
            "localhost:99999",
            "%00"))],
        1 => [("X-Long", new string('a', random.Next(1, 40_000)))],
        2 => Enumerable.Range(0, random.Next(1, 150)).Select(static number => ($"X-{number}", "a")),
        3 => [("Range", Pick(
            "bytes=0-",
            "bytes=" + string.Join(',', Enumerable.Range(0, 500).Select(static at => $"{at}-")),
            "bytes=9999999999999999999-"))],
        4 => [("Accept-Language", string.Join(',', Enumerable.Repeat("a;q=0.1", 500))), ("Accept-Encoding", "gzip;q=x, , ,")],
        5 => [("Expect", Pick("100-continue", "200-ok", "x"))],
        6 => [("traceparent", Pick(
            "00-00000000000000000000000000000000-0000000000000000-00",
            "00-" + new string('f', 5_000))), ("tracestate", new string('=', 600)), ("baggage", "a=b")],
        _ => [("If-None-Match", Pick(
            "*",
            "\"",
            "W/",
            new string('"', 900))), ("If-Modified-Since", "x"), ("X-Forwarded-For", "::1, 127.0.0.1, x"), ("Last-Event-ID", Pick(Pieces))],
    };

    private IEnumerable<(string, string)> OddCredentials() => random.Next(4) switch
    {
        0 => [("Authorization", Pick(
            "Bearer",
            "Bearer ",
            "bearer  x",
            "Basic Og==",
            "Basic ",
            "Negotiate AAAA",
            "Digest username=\"a\"",
            "Bearer a.b.c",
            "Bearer ..",
            "Bearer " + new string('.', 2),
            "Bearer " + new string('a', 20_000),
            "Bearer eyJhbGciOiJub25lIn0.e30.",
            "\t"))],
        1 => [("X-Api-Key", Pick("", " ", "sb_", "sb_" + new string('A', 43), new string('k', 9_000), "' OR 1=1", "\u00ff\u00fe"))],
        2 => [("X-Api-Key", "a"), ("X-Api-Key", "b"), ("Authorization", "Bearer c")],
        _ => [("Authorization", $"Bearer {Junk(40)}.{Junk(200)}.{Junk(86)}"), ("Proxy-Authorization", "Basic Og==")],
    };

    private string Junk(
        int length) => string.Concat(Enumerable.Range(0, length)
            .Select(_ => Pick("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".ToCharArray())));

    private string Cookie() => random.Next(4) switch
    {
        0 => $"streambert={Junk(random.Next(1, 4_000))}",
        1 => $".AspNetCore.Antiforgery.{Junk(8)}={Junk(155)}; streambert=CfDJ8{Junk(200)}",
        2 => string.Join("; ", Enumerable.Range(0, random.Next(1, 200)).Select(number => $"c{number}={Pick(Pieces)}")),
        _ => $"streambert=chunks-{Pick("1", "9999999", "-1", "x")}; streambertC1=a; =; ;;; \"",
    };

    private byte[] Body() => random.Next(5) switch
    {
        0 => Encoding.UTF8.GetBytes(new string(Pick('[', '{', '"', ' '), random.Next(1, 100_000))),
        1 => Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('a', random.Next(1, 400_000))}\"}}"),
        2 => [.. Enumerable.Range(0, random.Next(1, 2_000)).Select(_ => (byte)random.Next(256))],
        _ => Encoding.UTF8.GetBytes(Pick(Bodies)),
    };

    /// <summary>Compressed bodies: bombs, cut off ones, and those that are not what they are called.</summary>
    private HostileRequest Encoded()
    {
        var (plain, target) = (random.Next(4) == 0
            ? new byte[64 << 20]
            : Body(), Pick("/v1/texts", "/v1/classify", "/predict", "/v2/models/financial-news/infer", "/sign-in", "/sign-out/provider"));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        var body = packed.ToArray();
        if (Chance(3)) body = body[..(body.Length / 2)];
        if (Chance(5)) body = [.. Enumerable.Repeat(body, 3).SelectMany(static part => part)];
        return Request("encodings", "POST", target, [("Content-Type", "application/json"), ("Content-Encoding", Pick(
            "gzip",
            "gzip",
            "x-gzip",
            "br",
            "deflate",
            "gzip, gzip",
            "identity",
            "zstd",
            "GZIP",
            "gzip,"))], body);
    }
}
