using System.Net;
using System.Text;
using StreamBert.IntegrationTests.Gateway;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// Requests with something very large in them, over real HTTP: each is answered with a 4xx that is small and says what is too large, and
/// none with a failure of ours.
/// </summary>
public sealed class HugeRequestsTests(HugeRequestsTests.Host host) : IClassFixture<HugeRequestsTests.Host>
{
    private const int Many = 100_000;
    private static readonly string Million = new('a', 1_000_000);
    private readonly GatewayHost _gateway = host.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Bodies()
    {
        static string Text(string more) => $$"""{"text":"Oil falls",{{more}}}""";
        var deep = string.Concat(Enumerable.Repeat("[", 5_000)) + string.Concat(Enumerable.Repeat("]", 5_000));
        return new()
        {
            { "an id", "/v1/texts", Text($"\"id\":\"{Million}\"") },
            { "an id that is a number", "/v1/texts", Text($"\"id\":{new string('7', 1_000_000)}") },
            { "a source", "/v1/texts", Text($"\"source\":\"{Million}\"") },
            { "a subject", "/v1/texts", Text($"\"subject\":\"{Million}\"") },
            { "a language", "/v1/texts", Text($"\"language\":\"{Million}\"") },
            { "a pipeline", "/v1/texts", Text($"\"pipeline\":\"{Million}\"") },
            { "a time", "/v1/texts", Text($"\"occurredAt\":\"{Million}\"") },
            { "a time that is a number", "/v1/texts", Text($"\"occurredAt\":{new string('1', 1_000_000)}") },
            { "a text", "/v1/texts", $$"""{"text":"{{Million}}"}""" },
            { "the name of an attribute", "/v1/texts", Text($"\"attributes\":{{\"{Million}\":\"v\"}}") },
            { "the value of an attribute", "/v1/texts", Text($"\"attributes\":{{\"a\":\"{Million}\"}}") },
            { "a number for an attribute", "/v1/texts", Text($"\"attributes\":{{\"a\":1{new string('0', 500_000)}.5e9}}") },
            { "the kind of an attribute", "/v1/texts", Text($"\"attributes\":{{\"{Million}\":[]}}") },
            {
                "attributes",
                "/v1/texts",
                Text($"\"attributes\":{{{string.Join(',', Enumerable.Range(0, Many).Select(static number => $"\"{number}\":1"))}}}") },
            { "depth", "/v1/texts", Text($"\"attributes\":{deep}") },
            { "depth of a CloudEvent", "/v1/texts", $$"""{"specversion":"1.0","id":"1","source":"s","type":"t","data":{{deep}}}""" },
            {
                "the id of a CloudEvent",
                "/v1/texts",
                $$"""{"specversion":"1.0","id":"{{Million}}","source":"s","type":"t","data":"Oil falls"}""" },
            { "a field that stands twice", "/v1/texts", $$"""{"text":"Oil","{{Million}}":1,"{{Million}}":2}""" },
            { "texts", "/v1/texts", $"[{string.Join(',', Enumerable.Repeat("{\"text\":\"a\"}", Many))}]" },
            { "a pipeline to classify by", "/v1/classify", Text($"\"pipeline\":\"{Million}\"") },
            { "a deadline", "/v1/classify", Text($"\"deadlineMs\":{new string('9', 1_000)}") },
            { "a text to classify", "/v1/classify", $$"""{"text":"{{Million}}"}""" },
            {
                "a text of control characters to classify",
                "/v1/classify",
                $$"""{"text":"{{string.Concat(Enumerable.Repeat("\\u0001", 300_000))}}"}""" },
            { "a head to explain", "/v1/explain", Text($"\"head\":\"{Million}\"") },
            { "a label to explain", "/v1/explain", Text($"\"label\":\"{Million}\"") },
            { "an id of feedback", "/v1/feedback", $$"""{"id":"{{Million}}","head":"sentiment","label":"positive"}""" },
            {
                "a head of feedback",
                "/v1/feedback",
                $$"""{"id":"1","pipeline":"financial-news","text":"Oil","head":"{{Million}}","label":"positive"}""" },
            {
                "a label of feedback",
                "/v1/feedback",
                $$"""{"id":"1","pipeline":"financial-news","text":"Oil","head":"sentiment","label":"{{Million}}"}""" },
            {
                "an annotator",
                "/v1/feedback",
                $$"""{"id":"1","pipeline":"financial-news","text":"Oil","head":"sentiment","label":"positive","""
                + $$""" "annotator":"{{Million}}"}""" },
            {
                "a text of feedback",
                "/v1/feedback",
                $$"""{"id":"1","pipeline":"financial-news","head":"sentiment","label":"positive","text":"{{Million}}"}""" },
            { "a subject to erase", "/v1/erasures", $$"""{"subject":"{{Million}}"}""" },
            { "a reason of dead letters", "/v1/dead-letters/discard", $$"""{"reason":"{{Million}}"}""" },
            { "an origin of dead letters", "/v1/dead-letters/replay", $$"""{"origin":"{{Million}}"}""" },
            { "a text for /predict", "/predict", $$"""{"inputs":"{{Million}}"}""" },
            { "a batch for /predict", "/predict", $$"""{"inputs":[{{string.Join(',', Enumerable.Repeat("[\"a\"]", Many))}}]}""" },
            {
                "texts to tokenize",
                "/tokenize",
                $$"""{"inputs":[{{string.Join(',', Enumerable.Repeat($"\"{new string('b', 170_000)}\"", 10))}}]}""" },
            {
                "an id of an inference request",
                "/v2/models/financial-news/infer",
                $$"""{"id":"{{Million}}","inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["Oil"]}]}""" },
            {
                "a shape",
                "/v2/models/financial-news/infer",
                """{"inputs":[{"name":"text","shape":[9223372036854775807],"datatype":"BYTES","data":["Oil"]}]}""" },
        };
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task An_oversized_value_in_a_body_is_rejected_with_a_small_response(string what, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _gateway.Client.PostAsync(path, content, Cancellation);
        var said = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{what}: {(int)answer.StatusCode} {said[..Math.Min(500, said.Length)]}");
        Assert.True(said.Length is > 20 and < 8_000, $"{what} was answered with {said.Length} characters.");
    }

    /// <summary>The server ends the connection after its answer, maybe while the client still sends.</summary>
    [Theory]
    [InlineData("/v1/predictions/{0}")]
    [InlineData("/v1/predictions?pipeline={0}")]
    public async Task A_URL_of_a_million_characters_is_rejected_while_it_is_sent(string path)
    {
        try
        {
            using var answer = await _gateway.Client.GetAsync(string.Format(null, path, new string('z', 1_000_000)), Cancellation);
            Assert.Equal(HttpStatusCode.RequestUriTooLong, answer.StatusCode);
        }
        catch (HttpRequestException e) when (e.InnerException is IOException)
        {
            using var next = await _gateway.Client.GetAsync("/health/live", Cancellation);
            Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        }
    }

    [Theory]
    [InlineData("/v1/predictions?pipeline={0}", 4_000)]
    [InlineData("/v1/predictions?cursor={0}", 4_000)]
    [InlineData("/v1/predictions/{0}", 4_000)]
    [InlineData("/v1/trends?segment={0}", 4_000)]
    [InlineData("/v1/trends?cursor={0}", 4_000)]
    [InlineData("/v1/alerts?state={0}", 4_000)]
    [InlineData("/v1/alerts?cursor={0}", 4_000)]
    [InlineData("/v1/models?cursor={0}", 4_000)]
    [InlineData("/v1/audit?action={0}&cursor={0}", 3_000)]
    [InlineData("/v1/dead-letters?reason={0}", 4_000)]
    [InlineData("/v1/dead-letters?cursor={0}", 4_000)]
    [InlineData("/v1/dead-letters/{0}/1", 4_000)]
    [InlineData("/v1/erasures/{0}/proof", 4_000)]
    [InlineData("/v1/stream?type={0}", 4_000)]
    [InlineData("/v1/verify?topic={0}", 4_000)]
    [InlineData("/v1/verify?from={0}", 4_000)]
    [InlineData("/v2/models/{0}", 4_000)]
    [InlineData("/{0}", 4_000)]
    public async Task An_oversized_URL_receives_a_small_response(string path, int length)
    {
        using var answer = await _gateway.Client
            .GetAsync(string.Format(null, path, new string('z', length)), HttpCompletionOption.ResponseContentRead, Cancellation);
        var said = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} {said[..Math.Min(500, said.Length)]}");
        Assert.True(said.Length < 16_000, $"{said.Length} characters");
    }

    [Theory]
    [InlineData("/v1/predictions?limit=2147483647")]
    [InlineData("/v1/predictions?limit=99999999999999999999")]
    [InlineData("/v1/predictions?limit=-1")]
    [InlineData("/v1/trends?limit=1000000000")]
    [InlineData("/v1/alerts?limit=1000000000")]
    [InlineData("/v1/audit?limit=1000000000")]
    [InlineData("/v1/dead-letters?limit=1000000000")]
    [InlineData("/v1/topics?countFor=1000000000")]
    [InlineData("/v1/predictions?cursor=AAAA")]
    [InlineData("/v1/audit?cursor=-5")]
    public async Task A_number_out_of_range_is_rejected(string path)
    {
        using var answer = await _gateway.Client.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Too_many_headers_are_rejected()
    {
        using var many = new HttpRequestMessage(HttpMethod.Get, "/v1/predictions");
        for (var number = 0; number < 2_000; number++) many.Headers.TryAddWithoutValidation($"x-{number}", "v");
        using var large = new HttpRequestMessage(HttpMethod.Get, "/v1/predictions");
        large.Headers.TryAddWithoutValidation("x-large", Million);

        using var first = await _gateway.Client.SendAsync(many, Cancellation);
        using var second = await _gateway.Client.SendAsync(large, Cancellation);

        Assert.Equal(
            (HttpStatusCode.RequestHeaderFieldsTooLarge, HttpStatusCode.RequestHeaderFieldsTooLarge),
            (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task Texts_at_the_limits_can_be_read_by_their_id()
    {
        var id = string.Concat(Enumerable.Repeat("/ü ", 256)); // 1,024 bytes, each of which is escaped in an address
        var answer = await _gateway.PostAsync(
            "/v1/texts",
            new { id, text = "good", attributes = new Dictionary<string, string> { [new('n', 256)] = new('v', 8 * 1024) } });
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Cancellation));

        var read = await _gateway.GetUntilAsync($"/v1/predictions/{Uri.EscapeDataString(id)}", static _ => true);

        Assert.Equal(id, read.GetProperty("id").GetString());
    }

    public sealed class Host() : SharedGateway(
        hasRedis: true, ("Redis:Timeout", "00:00:10"), ("Gateway:ClassifyDeadline", "00:00:02"));
}
