using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Who is let in, how, and what is refused; on a whole Gateway with a key for each role.</summary>
public sealed partial class SecurityTests(SecurityTests.Host host) : IClassFixture<SecurityTests.Host>
{
    private const int MaxBodyBytes = 4_096;
    private readonly GatewayHost _gateway = host.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("X-Api-Key", "{0}")]
    [InlineData("Authorization", "Bearer {0}")]
    [InlineData("Authorization", "bearer {0}")]
    public async Task A_key_is_accepted_in_either_header(string header, string form) =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(
            HttpMethod.Get,
            "/v1/status",
            (header, form.Replace("{0}", Keys.Of("read"), StringComparison.Ordinal)))).StatusCode);

    [Theory]
    [InlineData("Bearer sb_0123456789012345678901234567890123456789012", "is unknown")]
    [InlineData("Bearer ", "'Bearer KEY'")]
    [InlineData("Basic a2V5OmtleQ==", "has no credentials")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.e30.", "is unknown")]
    public async Task Invalid_credentials_are_rejected_with_the_reason_and_the_required_role(string authorization, string told)
    {
        var answer = await SendAsync(HttpMethod.Get, "/v1/status", ("Authorization", authorization));
        var detail = await DetailAsync(answer, HttpStatusCode.Unauthorized, "unauthorized");

        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Contains(told, detail, StringComparison.Ordinal);
        Assert.Contains("'read'", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_the_URL_is_rejected_even_if_it_is_valid()
    {
        var answer = await SendAsync(HttpMethod.Get, $"/v1/status?api_key={Keys.Of("admin")}", ("X-Api-Key", Keys.Of("admin")));

        Assert.Contains("logs", await DetailAsync(answer, HttpStatusCode.BadRequest, "key-in-address"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorization_errors_use_the_format_of_each_protocol()
    {
        var predict = await _gateway.PostAsync("/predict", new { inputs = "x" });
        var infer = await _gateway.PostAsync("/v2/models/financial-news/infer", new { });

        Assert.Equal(HttpStatusCode.Unauthorized, predict.StatusCode);
        Assert.Equal(
            "Unauthorized",
            (await predict.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error_type").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, infer.StatusCode);
        Assert.Contains(
            "'ingest'",
            (await infer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_failed_sign_ins_write_one_audit_entry()
    {
        await using var own = new Host();
        await own.InitializeAsync();
        for (var attempt = 0; attempt < 20; attempt++)
            await SendAsync(own.Gateway, HttpMethod.Get, "/v1/status", ("X-Api-Key", "sb_guess"));

        var audit = await (await SendAsync(
            own.Gateway, HttpMethod.Get, "/v1/audit?action=sign-in-failed", ("X-Api-Key", Keys.Of("admin")))).Content
            .ReadFromJsonAsync<JsonElement>(Cancellation);

        var entry = audit.GetProperty("entries")[0];
        Assert.InRange(audit.GetProperty("entries").GetArrayLength(), 1, 3); // one in ten seconds
        Assert.Equal(
            ("anonymous", AuditActions.SignInFailed, "127.0.0.1"),
            (Text(entry, "actor"), Text(entry, "action"), Text(entry, "target")));
        Assert.DoesNotContain("sb_guess", audit.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_signs_in_with_a_key_sees_the_dashboard_and_signs_out()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);

        var led = await browser.GetAsync("/alerts?pipeline=financial-news");
        Assert.Equal("/sign-in?return=%2Falerts%3Fpipeline%3Dfinancial-news", led.Headers.Location?.ToString());
        var entered = await browser.EnterAsync(Keys.Of("read"), led.Headers.Location!.ToString());

        Assert.Equal("/alerts?pipeline=financial-news", entered.Headers.Location?.ToString());
        var cookie = entered.Headers.GetValues("Set-Cookie")
            .Single(static value => value.StartsWith("streambert=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/alerts")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/v1/status")).StatusCode);
        Assert.Contains(
            "key:read-key",
            await (await browser.GetAsync("/sign-in")).Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);

        await browser.PostFormAsync("/sign-out", "/sign-in");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/alerts")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/v1/status")).StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_a_missing_antiforgery_token_and_a_foreign_return_path_are_rejected()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);

        var wrong = await browser.EnterAsync("sb_wrong", "/sign-in");
        var forged = await browser.PostAsync("/sign-in", new FormUrlEncodedContent([new("key", Keys.Of("admin"))]));
        var elsewhere = await browser.EnterAsync(Keys.Of("read"), "/sign-in?return=%2F%2Fevil.example");

        Assert.Contains("is unknown", await wrong.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("has expired", await forged.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.False(forged.Headers.Contains("Set-Cookie")
            && forged.Headers.GetValues("Set-Cookie").Any(static value => value.StartsWith("streambert=", StringComparison.Ordinal)));
        Assert.Equal("/", elsewhere.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Origin", "{own}", true)]
    public async Task A_cookie_is_accepted_from_pages_of_the_Gateway_only(string? header, string? value, bool taken)
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);
        await browser.EnterAsync(Keys.Of("admin"), "/sign-in");

        var answer = await browser.PostAsync(
            "/v1/texts",
            JsonContent.Create(new { text = "x" }),
            header,
            value?.Replace("{own}", _gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));

        Assert.Equal(taken ? HttpStatusCode.Accepted : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Proxy_credentials_neither_replace_nor_confirm_the_cookie()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);
        await browser.EnterAsync(Keys.Of("admin"), "/sign-in");

        var read = await browser.GetAsync("/v1/status", "Authorization", "Basic a2V5OmtleQ==");
        var act = await browser.PostAsync("/v1/texts", JsonContent.Create(new { text = "x" }), "Authorization", "Basic a2V5OmtleQ==");

        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, act.StatusCode);
    }

    [Fact]
    public async Task A_link_of_another_site_is_redirected_so_that_the_cookie_is_sent()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);

        var page = await (await browser.GetAsync("/alerts?pipeline=a\"b", "Sec-Fetch-Site", "cross-site")).Content
            .ReadAsStringAsync(Cancellation);

        Assert.Contains("http-equiv=\"refresh\" content=\"0;url=/alerts?pipeline=a", page, StringComparison.Ordinal);
        Assert.DoesNotContain("a\"b", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_route_with_a_body_rejects_an_oversized_one()
    {
        var routes = _gateway.Routes.Where(static route => route.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is not null
            && route.RoutePattern.RawText!.TrimStart('/').Split('/')[
                0] is "v1" or "v2" or "predict" or "invocations" or "vertex" or "")
                    .Select(static route => (
                        Method: route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0],
                        Path: Placeholder().Replace(route.RoutePattern.RawText!, "financial-news")));
        foreach (var (method, route) in routes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), route)
            {
                Content = new StringContent($"{{\"text\":\"{new string('a', MaxBodyBytes)}\"}}", Encoding.UTF8, "application/json")
            };
            request.Headers.Add("X-Api-Key", Keys.Of("admin"));
            var answer = await _gateway.Client.SendAsync(request, Cancellation);

            Assert.True(answer.StatusCode == HttpStatusCode.RequestEntityTooLarge, $"{route} answered {answer.StatusCode}");
            Assert.Contains("Gateway:MaxBodyBytes", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_oversized_sign_in_form_is_rejected()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);

        var answer = await browser.PostAsync("/sign-in", new FormUrlEncodedContent([new("key", new string('a', 20_000))]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Responses_have_security_headers()
    {
        using var browser = new Browser(_gateway.Client.BaseAddress!);
        var headers = (await browser.GetAsync("/sign-in")).Headers;

        var policy = headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(
            ["nosniff", "DENY", "no-referrer"],
            new[] { "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy" }.Select(name => headers.GetValues(name).Single()));
        Assert.False(headers.Contains("Server"));
        Assert.False(headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Feedback_without_an_annotator_belongs_to_the_key()
    {
        using var own = await SendFeedbackAsync("annotate", [Feedback("a", null)]);
        using var forwarded = await SendFeedbackAsync("admin", [Feedback("b", "kim")]);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (own.StatusCode, forwarded.StatusCode));
        var written = await _gateway.Log.ReadToEndAsync(Topics.Feedback, null, Cancellation)
            .Where(static record => EventRecord.Is<FeedbackReceived>(record))
            .Select(static record => Wire.Deserialize<FeedbackReceived>(record.Value))
            .Where(static feedback => feedback.Id is "a" or "b")
            .ToDictionaryAsync(static feedback => feedback.Id, static feedback => feedback.Annotator, cancellationToken: Cancellation);
        Assert.Equal(("key:annotate-key", "kim"), (written["a"], written["b"]));
    }

    [Fact]
    public async Task A_key_that_may_only_annotate_cannot_name_another_annotator()
    {
        using var answer = await SendFeedbackAsync("annotate", [Feedback("c", "key:annotate-key"), Feedback("d", "kim")]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors");
        Assert.Contains("annotate-as", Assert.Single(errors.EnumerateObject()).Value.GetString(), StringComparison.Ordinal);
        Assert.True(errors.TryGetProperty("[1].annotator", out _));
    }

    [Fact]
    public async Task A_key_that_may_only_annotate_withdraws_its_own_labels_only()
    {
        using var sent = await SendFeedbackAsync("annotate", [Feedback("e", null)]);
        using var forwarded = await SendFeedbackAsync("admin", [Feedback("e", "kim")]);

        using var refused = await WithdrawAsync("annotate", "/v1/feedback/e?annotator=kim");
        using var own = await WithdrawAsync("annotate", "/v1/feedback/e");
        using var others = await WithdrawAsync("admin", "/v1/feedback/e?annotator=kim");
        using var reader = await WithdrawAsync("read", "/v1/feedback/e");

        Assert.Equal(
            [HttpStatusCode.BadRequest, HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Forbidden],
            [refused.StatusCode, own.StatusCode, others.StatusCode, reader.StatusCode]);
        Assert.Contains("annotate-as", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> WithdrawAsync(string role, string route)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, route);
        request.Headers.Add("X-Api-Key", Keys.Of(role));
        return await _gateway.Client.SendAsync(request, Cancellation);
    }

    private async Task<HttpResponseMessage> SendFeedbackAsync(string role, object[] feedback)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/feedback") { Content = JsonContent.Create(feedback) };
        request.Headers.Add("X-Api-Key", Keys.Of(role));
        return await _gateway.Client.SendAsync(request, Cancellation);
    }

    private static object Feedback(string id, string? annotator)
        => new { id, pipeline = "financial-news", head = "sentiment", label = "positive", text = "x", annotator };

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, (string Name, string Value) header) =>
        SendAsync(_gateway, method, path, header);

    private static Task<HttpResponseMessage> SendAsync(
        GatewayHost gateway, HttpMethod method, string path, (string Name, string Value) header)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return gateway.Client.SendAsync(request, Cancellation);
    }

    internal static async Task<string> DetailAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal($"urn:streambert:problem:{code}", Text(problem, "type"));
        return Text(problem, "detail")!;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();

    public sealed class Host() : SharedGateway(hasRedis: false, [.. Keys.Settings(), ("Gateway:MaxBodyBytes", $"{MaxBodyBytes}")]);
}
