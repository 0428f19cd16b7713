using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StreamBert.Gateway;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Tests.Gateway.Http.Requests;

public sealed class TextBodyReaderTests
{
    private const string Json = "application/json";
    private const string Event
        = """{"specversion":"1.0","id":"e1","source":"/wire","type":"news","subject":"ACME","time":"2024-01-02T03:04:05Z","data":DATA}""";
    private static readonly DateTimeOffset EventTime = new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task Numbers_are_accepted_in_text_fields_as_in_records()
    {
        var text = Assert.Single(await ReadAsync("""
            {"id":4711,"text":"t","source":1.50,"subject":7,"language":true,"occurredAt":1704164645.0,
             "attributes":{"n":1.50,"b":false,"s":"x","none":null}}
            """)).Value;

        Assert.Equal(("4711", "1.50", "7", "true"), (text.Id, text.Source, text.Subject, text.Language));
        Assert.Equal(EventTime, text.OccurredAt);
        Assert.Equivalent(new Dictionary<string, string> { ["n"] = "1.50", ["b"] = "false", ["s"] = "x" }, text.Attributes, strict: true);
    }

    [Theory]
    [InlineData("\"2024-01-02 03:04:05 UTC\"")]
    [InlineData("\"20240102T030405Z\"")]
    [InlineData("20240102030405")]
    [InlineData("\"Tue, 02 Jan 2024 03:04:05 GMT\"")]
    [InlineData("\"1704164645000\"")]
    [InlineData("1704164645000000000")]
    public async Task Times_are_accepted_in_every_format_of_files(string time) =>
        Assert.Equal(EventTime, Assert.Single(await ReadAsync($$"""{"text":"t","occurredAt":{{time}}}""")).Value.OccurredAt);

    [Theory]
    [InlineData("\"03/09/2018\"", "'03/09/2018'")]
    [InlineData("\"\"", "''")]
    [InlineData("\"NaT\"", "'NaT'")]
    [InlineData("2024", "'2024'")]
    [InlineData("45293.1278", "'45293.1278'")]
    [InlineData("{}", "'{}'")]
    public async Task An_invalid_time_is_rejected_with_an_example(string time, string value)
    {
        var error = await RefusedAsync($$"""[{"text":"a"},{"text":"t","occurredAt":{{time}}}]""");

        Assert.Contains("[1].occurredAt", error.Message, StringComparison.Ordinal);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
        Assert.Contains("ISO 8601", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("occured_at", "occurredAt")]
    [InlineData("ocurredAt", "occurredAt")]
    [InlineData("occurred-at", "occurredAt")]
    [InlineData("OCCURED_AT", "occurredAt")]
    [InlineData("atributes", "attributes")]
    [InlineData("subjetc", "subject")]
    [InlineData("langauge", "language")]
    [InlineData("_id", "id")]
    [InlineData("piplines", "pipeline")]
    public async Task A_misspelt_field_is_rejected_with_a_suggestion(string field, string nearest)
    {
        var error = await RefusedAsync($$"""{"text":"t","{{field}}":"x"}""");

        Assert.Contains($"'{field}' (did you mean '{nearest}'?)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"text":"a","text":"b"}""", "'text' twice")]
    [InlineData("""[{"text":"a"},{"Text":"b","text":"c"}]""", "[1] has the field 'text' twice")]
    [InlineData("""{"text":"a","x":1,"x":2}""", "'x' twice")]
    [InlineData("""{"text":"a","attributes":{"x":1,"x":2}}""", "'x' twice")]
    public async Task A_repeated_field_is_rejected(string body, string told) =>
        Assert.Contains(told, (await RefusedAsync(body)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_misspelt_text_field_is_reported_by_name() => Assert.Contains(
        "'txt' (did you mean 'text'?)",
        (await RefusedAsync("""{"id":"1","txt":"t"}""")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("timestamp")]
    [InlineData("ip")]
    [InlineData("next")]
    [InlineData("headline")]
    [InlineData("notes")]
    public async Task Other_unknown_fields_are_ignored_and_listed(string field)
    {
        var read = await ReadAsync($$"""{"id":"1","text":"t","{{field}}":"x"}""");

        Assert.Equal($"Unknown fields were ignored: {field}.", Assert.Single(RequestNotes.Of(read)!));
    }

    [Theory]
    [InlineData("""{"text":5}""", "[0].text")]
    [InlineData("""{"text":"t","id":{}}""", "[0].id")]
    [InlineData("""{"text":"t","attributes":{"a":[1]}}""", "'a'")]
    [InlineData("""{"text":"t","attributes":"x"}""", "[0].attributes")]
    public async Task A_value_of_the_wrong_type_is_rejected_with_its_field(string body, string field) =>
        Assert.Contains(field, (await RefusedAsync(body)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\uFEFF{\"text\":\"t\"}", Json)]
    [InlineData("\uFEFF[{\"text\":\"t\"}]", Json)]
    [InlineData("\uFEFF{\"text\":\"t\"}\n", MediaTypes.JsonLines)]
    public async Task A_byte_order_mark_is_ignored(string body, string type)
        => Assert.Equal("t", Assert.Single(await ReadAsync(body, type)).Value.Text);

    [Fact]
    public async Task A_lone_surrogate_is_replaced_with_a_note()
    {
        var read = await ReadAsync("""[{"text":"whole \ud83d\ude00"},{"text":"half \ud83d"}]""");

        Assert.Equal("half \uFFFD", read[1].Value.Text);
        Assert.Null(read[0].Value.Notes);
        Assert.StartsWith("1 escaped surrogate", Assert.Single(read[1].Value.Notes!), StringComparison.Ordinal);
        Assert.StartsWith("[1]: 1 escaped surrogate", Assert.Single(RequestNotes.Of(read)!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"t\"", "application/cloudevents+json; charset=utf-8")]
    [InlineData("{\"text\":\"t\"}", "application/cloudevents+json")]
    [InlineData("{\"text\":\"t\"}", Json)]
    public async Task A_structured_cloud_event_is_a_text(string data, string type) =>
        IsEvent(Assert.Single(await ReadAsync(Event.Replace("DATA", data, StringComparison.Ordinal), type)).Value);

    [Fact]
    public async Task A_batch_of_cloud_events_contains_several_texts()
    {
        var one = Event.Replace("DATA", "\"t\"", StringComparison.Ordinal);

        Assert.All(await ReadAsync($"[{one},{one}]", "application/cloudevents-batch+json"), static text => IsEvent(text.Value));
    }

    [Theory]
    [InlineData("t", "text/plain")]
    [InlineData("{\"text\":\"t\"}", Json)]
    public async Task A_cloud_event_in_headers_is_a_text(string data, string type) =>
        IsEvent(Assert
            .Single(await ReadAsync(data, type, ("ce-specversion", "1.0"), ("ce-id", "e1"), ("ce-source", "%2Fwire"), ("ce-type", "news"),
                ("ce-subject", "ACME"), ("ce-time", "2024-01-02T03:04:05Z")))
            .Value);

    [Theory]
    [InlineData("""{"specversion":"1.0","source":"/w","type":"n","data":"t"}""", "[0].id is missing")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/w","type":"n"}""", "[0].data")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/w","type":"n","time":"10:30","data":"t"}""", "'10:30'")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/w","type":"n","data":{"txt":"t"}}""", "did you mean 'text'")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/w","type":"n","data_base64":"?"}""", "data_base64")]
    public async Task An_invalid_cloud_event_is_rejected_with_the_reason(string body, string fault) =>
        Assert.Contains(fault, (await RefusedAsync(body, "application/cloudevents+json")).Message, StringComparison.Ordinal);

    private static void IsEvent(TextRequest text)
    {
        Assert.Equal(("e1", "t", "/wire", "ACME"), (text.Id, text.Text, text.Source, text.Subject));
        Assert.Equal(EventTime, text.OccurredAt);
    }

    private static async Task<ApiException> RefusedAsync(string body, string type = Json)
        => await Assert.ThrowsAsync<ApiException>(() => ReadAsync(body, type));

    private static async Task<IReadOnlyList<ParsedItem<TextRequest>>> ReadAsync(
        string body,
        string type = Json,
        params (string Name, string Value)[] headers)
    {
        using var services = new ServiceCollection().AddOptions().Configure<GatewayOptions>(static _ => { })
            .AddSingleton<RequestBodyBudget>()
            .BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        (context.Request.Body, context.Request.ContentType) = (new MemoryStream(Encoding.UTF8.GetBytes(body)), type);
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        return await TextBodyReader.ReadAsync(context, TestContext.Current.CancellationToken);
    }
}
