using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>What clients and the things between do by habit: compressed bodies, byte-order marks, HEAD, escaped slashes.</summary>
public sealed class ClientHabitsTests(ClientHabitsTests.Host host) : IClassFixture<ClientHabitsTests.Host>
{
    private const string Text = """{"id":"a/b","text":"a bad day","pipeline":"financial-news"}""";
    private const string Tensor = """{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":["a bad day"]}]}""";
    private readonly GatewayHost _gateway = host.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/ping")]
    [InlineData("/info")]
    [InlineData("/v2")]
    [InlineData("/v2/health/live")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2/models/financial-news")]
    [InlineData("/v2/models/financial-news/ready")]
    [InlineData("/v2/models/absent/ready")]
    [InlineData("/v2/models/financial-news/versions/absent/ready")]
    [InlineData("/")]
    public async Task HEAD_is_served_as_GET_without_the_body(string path)
    {
        using var get = await _gateway.Client.GetAsync(path, Cancellation);
        using var head = await _gateway.Client.SendAsync(new(HttpMethod.Head, path), Cancellation);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task HEAD_reports_that_the_Gateway_is_not_ready()
    {
        await using var waiting = await GatewayHost.StartAsync(Keys.NoRedis);
        waiting.Wait("test", "nothing comes");

        foreach (var path in new[] { "/health", "/health/ready", "/ping", "/v2/health/ready", "/v2/models/financial-news/ready" })
        {
            Assert.Equal(
                HttpStatusCode.ServiceUnavailable,
                (await waiting.Client.SendAsync(new(HttpMethod.Head, path), Cancellation)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await waiting.Client.SendAsync(new(HttpMethod.Head, "/health/live"), Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("gzip", "/v1/texts", Text)]
    [InlineData("GZIP", "/v1/texts", Text)]
    [InlineData("x-gzip", "/v1/texts", Text)]
    [InlineData("deflate", "/v1/texts", Text)]
    [InlineData("br", "/v1/texts", Text)]
    [InlineData("identity", "/v1/texts", Text)]
    [InlineData("gzip", "/v1/classify", """{"text":"a bad day"}""")]
    [InlineData("gzip", "/predict", """{"inputs":"a bad day"}""")]
    [InlineData("br", "/v2/models/financial-news/infer", Tensor)]
    public async Task Compressed_bodies_are_accepted_on_every_route(string encoding, string path, string body)
    {
        using var answer = await PostAsync(path, Compressed(encoding, body), encoding);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("zstd", "/v1/texts", "detail")]
    [InlineData("gzip, br", "/v1/classify", "detail")]
    [InlineData("zstd", "/v2/models/financial-news/infer", "error")]
    [InlineData("compress", "/predict", "error")]
    public async Task An_unknown_encoding_is_rejected_with_the_supported_ones(string encoding, string path, string field)
    {
        using var answer = await PostAsync(path, [1, 2, 3], encoding);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("gzip, deflate, br", (await JsonAsync(answer)).GetProperty(field).GetString(), StringComparison.Ordinal);
        Assert.Equal("gzip, deflate, br", string.Join(", ", answer.Headers.GetValues("Accept-Encoding")));
    }

    [Theory]
    [InlineData("gzip", "/v1/texts")]
    [InlineData("deflate", "/predict")]
    [InlineData("br", "/v2/models/financial-news/infer")]
    public async Task Truncated_and_uncompressed_data_is_rejected(string encoding, string path)
    {
        var whole = Compressed(encoding, $$"""{"inputs":"{{string.Concat(Enumerable.Range(0, 2_000).Select(static n => $"{n} "))}}"}""");

        foreach (var body in new[] { whole[..(whole.Length / 2)], Encoding.UTF8.GetBytes(Text) })
        {
            using var answer = await PostAsync(path, body, encoding);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("Content-Encoding", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/v1/texts")]
    [InlineData("/predict")]
    [InlineData("/v2/models/financial-news/infer")]
    public async Task The_limit_applies_to_the_decompressed_bytes(string path)
    {
        foreach (var size in new[] { 100_001, 10_000_000 })
        {
            using var answer = await PostAsync(path, Compressed("gzip", new string(' ', size)), "gzip");
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("/v1/texts", Text)]
    [InlineData("/v1/classify", """{"text":"a bad day"}""")]
    [InlineData("/predict", """{"inputs":"a bad day"}""")]
    [InlineData("/v2/models/financial-news/infer", Tensor)]
    public async Task A_byte_order_mark_before_the_JSON_is_ignored(string path, string body)
    {
        using var answer = await PostAsync(path, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(body)], null);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("2026/03/17", "2026%2F03%2F17")]
    [InlineData("lower/case", "lower%2fcase")]
    [InlineData("/first", "%2Ffirst")]
    [InlineData("last/", "last%2F")]
    [InlineData("a//b", "a%2F%2Fb")]
    [InlineData("plain/slash", "plain/slash")]
    [InlineData("not%2Fescaped", "not%252Fescaped")]
    [InlineData("both%2Fand/", "both%252Fand%2F")]
    [InlineData("url:https://a.b/c?d=e#f", "url:https:%2F%2Fa.b%2Fc%3Fd=e%23f")]
    [InlineData("süß/日本", "s%C3%BC%C3%9F%2F%E6%97%A5%E6%9C%AC")]
    [InlineData("a b+c/d", "a%20b+c%2Fd")]
    public async Task Escaped_ids_are_decoded(string id, string escaped)
    {
        using var posted = await _gateway.PostAsync("/v1/texts", new { id, text = "a bad day" });
        Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);

        var found = await _gateway.GetUntilAsync($"/v1/predictions/{escaped}", static _ => true);

        Assert.Equal(id, found.GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_id_of_a_dead_letter_may_be_escaped()
    {
        using var posted = await _gateway.PostAsync("/v1/texts", new { id = "x", text = "poison" });
        var listed = await _gateway.GetUntilAsync("/v1/dead-letters", static page => page.GetProperty("deadLetters").GetArrayLength() == 1);
        var id = listed.GetProperty("deadLetters")[0].GetProperty("id").GetString()!;

        var plain = await _gateway.GetAsync($"/v1/dead-letters/{id}");
        var escaped = await _gateway.GetAsync($"/v1/dead-letters/{Uri.EscapeDataString(id)}");

        Assert.Equal(plain.GetRawText(), escaped.GetRawText());
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (encoding is not null) content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await _gateway.Client.PostAsync(path, content, Cancellation);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
        => await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

    private static byte[] Compressed(string encoding, string text)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "DEFLATE" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "BR" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => packed,
        })
        {
            packer.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    public sealed class Host() : SharedGateway(hasRedis: true, ("Gateway:MaxBodyBytes", "100000"));
}
