using System.Text;
using CsCheck;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Reading;

namespace StreamBert.Tests.Streaming.Reading;

public sealed class RecordParserTests
{
    private static readonly DateTimeOffset RecordTime = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
    private static readonly PipelineOptions Plain = new() { Name = "news", Heads = ["sentiment"], MaxTextBytes = 1000 };

    [Fact]
    public void A_record_of_streambert_round_trips()
    {
        var written = new TextReceived
        {
            Id = "a1",
            Text = "Shares rose – 5 %",
            Source = "api",
            Subject = "ACME",
            Language = "en",
            OccurredAt = RecordTime.AddHours(-1),
            Attributes = new Dictionary<string, string> { ["region"] = "eu" },
        };

        var read = Accepted(Wire.Serialize(written));

        Assert.Equivalent(written, read, strict: true);
    }

    [Fact]
    public void An_invalid_row_of_a_file_is_rejected_as_its_header_says()
    {
        var fault = new Rejection(DeadLetterReasons.BadField, "news.csv, row 7: the time in 'created' is null.");
        var record = new LogRecord(new("texts.news", 0, 0), null, """{"id":"a1","text":"Oil falls"}"""u8.ToArray(),
            new Dictionary<string, byte[]> { [RecordHeaders.ReplayFault] = fault.ToHeader() }, RecordTime);

        var parsed = RecordParser.Parse(record, Plain, new());

        Assert.Equal((null, fault), (parsed.Text, parsed.Rejection));
    }

    [Fact]
    public void A_mapped_record_is_read_by_dotted_paths_and_unknown_fields_are_ignored()
    {
        var pipeline = Plain with
        {
            Fields = new()
            {
                Id = "meta.key",
                Text = "payload.body",
                Source = "meta.feed",
                Subject = "payload.ticker",
                OccurredAt = "meta.ts",
                Attributes = new Dictionary<string, string> { ["desk"] = "meta.desk", ["urgent"] = "payload.urgent", ["gone"] = "no.such" },
            },
        };

        var read = Accepted("""
            {"meta":{"key":4711,"feed":"wire","ts":1700000000,"desk":"fx"},
             "payload":{"body":"Dollar falls","ticker":"USD","urgent":true,"extra":[1,{"x":2}]},"more":null}
            """, pipeline);

        Assert.Equal(("4711", "Dollar falls", "wire", "USD"), (read.Id, read.Text, read.Source, read.Subject));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), read.OccurredAt);
        Assert.Equivalent(new Dictionary<string, string> { ["desk"] = "fx", ["urgent"] = "true" }, read.Attributes, strict: true);
    }

    [Fact]
    public void A_record_that_streambert_wrote_itself_keeps_its_fields_on_a_mapped_topic()
    {
        var pipeline = Plain with { Fields = new() { Id = "key", Text = "body" } };
        var record = Record("""{"id":"1","text":"t","occurredAt":"2026-01-01T00:00:00Z"}"""u8.ToArray(),
            EventRecord.HeadersFor<TextReceived>());

        Assert.Equal("1", RecordParser.Parse(record, pipeline, new()).Text?.Id);
    }

    [Fact]
    public void Scalar_attributes_are_kept_as_text_and_others_omitted()
    {
        var read = Accepted("""{"id":"1","text":"t","attributes":{"n":1.50,"b":false,"s":"x","none":null,"list":[1],"deep":{"a":1}}}""");

        Assert.Equivalent(new Dictionary<string, string> { ["n"] = "1.50", ["b"] = "false", ["s"] = "x" }, read.Attributes, strict: true);
    }

    [Theory]
    [InlineData("\"2026-02-03T04:05:06Z\"", "2026-02-03T04:05:06Z")]
    [InlineData("\"2026-02-03T04:05:06.5+02:00\"", "2026-02-03T02:05:06.5Z")]
    [InlineData("\"2026-02-03T04:05:06\"", "2026-02-03T04:05:06Z")]
    [InlineData("\"2026-02-03 04:05:06\"", "2026-02-03T04:05:06Z")]
    [InlineData("\"2026-02-03\"", "2026-02-03T00:00:00Z")]
    [InlineData("1700000000", "2023-11-14T22:13:20Z")]
    [InlineData("1700000000.25", "2023-11-14T22:13:20.25Z")]
    [InlineData("1700000000250", "2023-11-14T22:13:20.25Z")]
    [InlineData("\"20030219\"", "2003-02-19T00:00:00Z")]
    [InlineData("20180722105203", "2018-07-22T10:52:03Z")]
    [InlineData("\"1700000000\"", "2023-11-14T22:13:20Z")]
    [InlineData("\"Tue, 02 Jan 2024 03:04:05 GMT\"", "2024-01-02T03:04:05Z")]
    [InlineData("null", "2026-05-04T03:02:01Z")]
    public void Event_time_has_the_same_forms_as_in_files_and_defaults_to_the_timestamp(string json, string expected)
    {
        var read = Accepted($$"""{"id":"1","text":"t","occurredAt":{{json}}}""");

        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), read.OccurredAt);
        Assert.Equal(TimeSpan.Zero, read.OccurredAt.Offset);
    }

    [Theory]
    [InlineData("\"03/09/2018\"", "'03/09/2018'")]
    [InlineData("\"\"", "''")]
    [InlineData("\"NaT\"", "'NaT'")]
    [InlineData("45293.1278", "'45293.1278'")]
    [InlineData("[2024,1,2]", "'[2024,1,2]'")]
    public void An_invalid_time_is_reported_with_its_field_and_the_setting_that_fixes_it(string json, string value)
    {
        var rejection = Rejected(Encoding.UTF8.GetBytes($$"""{"id":"1","text":"t","occurredAt":{{json}}}"""));

        Assert.Equal(DeadLetterReasons.BadField, rejection.Reason);
        Assert.Contains(value, rejection.Detail, StringComparison.Ordinal);
        Assert.Contains("'occurredAt'", rejection.Detail, StringComparison.Ordinal);
        Assert.Contains("Pipelines:N:Fields:TimeFormat", rejection.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipeline_can_configure_the_format_of_its_times()
    {
        var pipeline = Plain with { Fields = new() { TimeFormat = "dd/MM/yyyy" } };

        Assert.Equal(
            new(2018, 9, 3, 0, 0, 0, TimeSpan.Zero),
            Accepted("""{"id":"1","text":"t","occurredAt":"03/09/2018"}""", pipeline).OccurredAt);
        Assert.Equal(DeadLetterReasons.BadField,
            Rejected("""{"id":"1","text":"t","occurredAt":"2018-09-03"}"""u8.ToArray(), pipeline).Reason);
    }

    [Fact]
    public void A_value_is_not_quoted_if_the_pipeline_seals_its_texts()
    {
        var rejection = Rejected(
            """{"id":"1","text":"t","occurredAt":"call 555 0100"}"""u8.ToArray(),
            Plain with { Privacy = new() { PerSubjectKeys = true } });

        Assert.DoesNotContain("0100", rejection.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\\u0000\\u0001\\u001f\\u007f")]
    public void An_empty_text_or_one_of_control_characters_is_a_text(string escaped) =>
        Assert.NotNull(Accepted($$"""{"id":"1","text":"{{escaped}}"}""").Text);

    [Fact]
    public void A_byte_order_mark_before_the_json_is_ignored() =>
        Assert.Equal("1", Accepted([0xef, 0xbb, 0xbf, .. """{"id":"1","text":"t"}"""u8]).Id);

    [Theory]
    [InlineData(@"a \ud83d b", "a \uFFFD b", 1)]
    [InlineData(@"\ude00\ud83d", "\uFFFD\uFFFD", 2)]
    [InlineData(@"\ud83d\ud83d\ude00", "\uFFFD\U0001F600", 1)]
    [InlineData(@"\ud83d\u0041", "\uFFFDA", 1)]
    [InlineData(@"\\ud83d", @"\ud83d", 0)]
    [InlineData(@"\\\ud83d", @"\�", 1)]
    [InlineData(@"\ud83d\ude00", "\U0001F600", 0)]
    public void An_unpaired_surrogate_is_read_as_the_model_reads_it_and_noted(string escaped, string text, int replaced)
    {
        var read = Accepted($$"""{"id":"1","text":"{{escaped}}"}""");

        Assert.Equal(text, read.Text);
        if (replaced == 0) Assert.Null(read.Notes);
        else Assert.StartsWith($"{replaced} escaped surrogate", Assert.Single(read.Notes!), StringComparison.Ordinal);
    }

    [Fact]
    public void The_notes_of_the_first_reader_are_kept()
    {
        var written = Wire.Serialize(new TextReceived { Id = "1", Text = "t", OccurredAt = RecordTime, Notes = ["as it came"] });

        Assert.Equal(["as it came"], RecordParser.Parse(Record(written, EventRecord.HeadersFor<TextReceived>()), Plain, new()).Text!.Notes);
        Assert.Null(Accepted("""{"id":"1","text":"t","notes":["a producer's own field"]}""").Notes);
    }

    [Fact]
    public void Json_after_a_schema_id_is_read() =>
        Assert.Equal("t", Accepted([0, 0, 0, 0x12, 0xff, .. """{"id":"1","text":"t"}"""u8]).Text);

    [Fact]
    public void A_value_that_needs_a_schema_is_rejected_with_its_id_and_the_setting()
    {
        var rejection = Rejected([0, 0, 0, 1, 2, 2, (byte)'a', 4, (byte)'o', (byte)'k']);

        Assert.Equal(DeadLetterReasons.SchemaRegistryNeeded, rejection.Reason);
        Assert.Contains("schema 258", rejection.Detail, StringComparison.Ordinal);
        Assert.Contains("SchemaRegistry:Url", rejection.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"d","text":"t"}""", "application/json", "t")]
    [InlineData("just a text", "text/plain; charset=utf-8", "just a text")]
    [InlineData("""{"id":"d","text":"t"}""", null, "t")]
    [InlineData("just a text", null, "just a text")]
    public void A_cloud_event_in_headers_gives_id_source_subject_and_time(string data, string? contentType, string text)
    {
        var headers = Headers(
            ("ce_specversion", "1.0"),
            ("ce_id", "e1"),
            ("ce_source", "/feeds/wire"),
            ("ce_type", "news"),
            ("ce_subject", "ACME"),
            ("ce_time", "2024-01-02T03:04:05Z"));
        if (contentType is not null) headers["Content-Type"] = Encoding.UTF8.GetBytes(contentType);

        var read = RecordParser.Parse(Record(Encoding.UTF8.GetBytes(data), headers), Plain, new()).Text!;

        Assert.Equal(("e1", text, "/feeds/wire", "ACME"), (read.Id, read.Text, read.Source, read.Subject));
        Assert.Equal(new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), read.OccurredAt);
    }

    [Theory]
    [InlineData("\"data\":{\"text\":\"t\",\"attributes\":{\"region\":\"eu\"}}")]
    [InlineData("\"data_base64\":\"eyJ0ZXh0IjoidCIsImF0dHJpYnV0ZXMiOnsicmVnaW9uIjoiZXUifX0=\"")]
    [InlineData("\"datacontenttype\":\"application/json\",\"data_base64\":\"eyJ0ZXh0IjoidCIsImF0dHJpYnV0ZXMiOnsicmVnaW9uIjoiZXUifX0=\"")]
    [InlineData("\"region\":\"eu\",\"data\":\"t\"")]
    [InlineData("\"region\":\"eu\",\"datacontenttype\":\"text/plain\",\"data_base64\":\"dA==\"")]
    public void A_structured_cloud_event_gives_them_too_with_data_of_every_form(string data)
    {
        var pipeline = Plain with
        {
            Fields = new()
            {
                Attributes = new Dictionary<string, string> { ["kind"] = "type", ["region"] = "region" }
            }
        };
        var json = $$"""{"specversion":"1.0","id":"e1","source":"/wire","type":"news","time":"2024-01-02T03:04:05Z",{{data}}}""";

        var read = Accepted(json, pipeline);

        Assert.Equal(("e1", "t", "/wire"), (read.Id, read.Text, read.Source));
        Assert.Equal(new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), read.OccurredAt);
        Assert.Equal("news", read.Attributes["kind"]);
        Assert.Equal("eu", read.Attributes["region"]);
    }

    [Fact]
    public void A_mapping_overrides_the_cloud_event_by_paths_of_the_event_or_its_data()
    {
        var pipeline = Plain with { Fields = new() { Id = "data.no", Text = "headline", Source = "desk", OccurredAt = "published" } };
        var read = Accepted("""
            {"specversion":"1.0","id":"e1","source":"/wire","type":"news","time":"2024-01-02T03:04:05Z",
             "data":{"no":17,"headline":"t","desk":"fx","published":"20030219"}}
            """, pipeline);

        Assert.Equal(("17", "t", "fx"), (read.Id, read.Text, read.Source));
        Assert.Equal(new(2003, 2, 19, 0, 0, 0, TimeSpan.Zero), read.OccurredAt);
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","id":"e1","source":"/w","type":"n","data_base64":"%"}""", DeadLetterReasons.NotJson)]
    [InlineData(
        """{"specversion":"1.0","id":"e1","source":"/w","type":"n","datacontenttype":"application/json","data_base64":"dA=="}""",
        DeadLetterReasons.NotJson)]
    [InlineData("""{"specversion":"1.0","id":"e1","source":"/w","type":"n","data_base64":"/w=="}""", DeadLetterReasons.NotJson)]
    [InlineData("""{"specversion":"1.0","id":"e1","source":"/w","type":"n"}""", DeadLetterReasons.MissingField)]
    [InlineData("""{"specversion":"1.0","id":"e1","source":"/w","type":"n","time":"03/09/2018","data":"t"}""", DeadLetterReasons.BadField)]
    public void A_bad_cloud_event_is_rejected_with_its_reason(string json, string reason)
        => Assert.Equal(reason, Rejected(Encoding.UTF8.GetBytes(json)).Reason);

    [Theory]
    [InlineData("not json at all", DeadLetterReasons.NotJson)]
    [InlineData("", DeadLetterReasons.NotJson)]
    [InlineData("{\"id\":\"1\",\"text\":\"t\"", DeadLetterReasons.NotJson)]
    [InlineData("{\"id\":\"1\",\"text\":\"t\"} x", DeadLetterReasons.NotJson)]
    [InlineData("null", DeadLetterReasons.BadField)]
    [InlineData("[1]", DeadLetterReasons.BadField)]
    [InlineData("{\"text\":\"t\"}", DeadLetterReasons.MissingField)]
    [InlineData("{\"id\":\"\",\"text\":\"t\"}", DeadLetterReasons.MissingField)]
    [InlineData("{\"id\":\"1\"}", DeadLetterReasons.MissingField)]
    [InlineData("{\"id\":\"1\",\"text\":null}", DeadLetterReasons.MissingField)]
    [InlineData("{\"id\":\"1\",\"text\":5}", DeadLetterReasons.BadField)]
    [InlineData("{\"id\":{},\"text\":\"t\"}", DeadLetterReasons.BadField)]
    [InlineData("{\"id\":\"1\",\"text\":\"t\",\"subject\":[]}", DeadLetterReasons.BadField)]
    [InlineData("{\"id\":\"1\",\"text\":\"t\",\"text\":\"u\"}", DeadLetterReasons.BadField)]
    [InlineData("{\"id\":\"1\",\"text\":\"t\",\"occurredAt\":1,\"occurredAt\":2}", DeadLetterReasons.BadField)]
    [InlineData("{\"id\":\"1\",\"text\":\"t\",\"occurredAt\":\"yesterday\"}", DeadLetterReasons.BadField)]
    [InlineData("{\"id\":\"1\",\"text\":\"t\",\"occurredAt\":1e300}", DeadLetterReasons.BadField)]
    public void A_bad_record_is_rejected_with_its_reason(string json, string reason)
        => Assert.Equal(reason, Rejected(Encoding.UTF8.GetBytes(json)).Reason);

    [Fact]
    public void A_missing_field_is_reported_by_name() =>
        Assert.Contains(
            "'payload.body'",
            Rejected("""{"id":"1"}"""u8.ToArray(), Plain with { Fields = new() { Text = "payload.body" } }).Detail,
            StringComparison.Ordinal);

    [Fact]
    public void A_record_without_a_value_is_rejected() => Assert.Equal(DeadLetterReasons.NullValue, Rejected(null).Reason);

    [Fact]
    public void Bytes_that_are_not_utf8_are_rejected() =>
        Assert.Equal(DeadLetterReasons.NotUtf8, Rejected([.. """{"id":"1","text":"caf"""u8, 0xe9, .. "\"}"u8]).Reason);

    [Fact]
    public void A_text_is_measured_in_utf8_bytes_against_the_pipelines_limit()
    {
        Assert.Equal(500, Accepted($$"""{"id":"1","text":"{{new string('é', 500)}}"}""").Text.Length);
        Assert.Equal(DeadLetterReasons.TextTooLarge,
            Rejected(Encoding.UTF8.GetBytes($$"""{"id":"1","text":"{{new string('é', 501)}}"}""")).Reason);
    }

    [Fact]
    public void A_huge_record_is_rejected_before_it_is_parsed() =>
        Assert.Equal(DeadLetterReasons.RecordTooLarge, Rejected(Encoding.UTF8.GetBytes(new string('[', 5_000_000))).Reason);

    [Fact]
    public void A_field_over_its_limit_is_rejected_by_its_name()
    {
        var rejection = Rejected(
            Encoding.UTF8.GetBytes($$"""{"id":"1","text":"t","attributes":{"region":"{{new string('x', 1_700_000)}}" } }"""));

        Assert.Equal((DeadLetterReasons.AttributeValueTooLarge, "attributes.region"), (rejection.Reason, rejection.Field));
        Assert.Equal(
            "The field 'attributes.region' has 1,700,000 bytes; 8,192 are allowed (Limits:AttributeValueBytes).",
            rejection.Detail);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(100_000, false)]
    public void Nesting_is_read_down_to_a_depth(int depth, bool accepted)
    {
        var json = $$"""{"id":"1","text":"t","deep":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";

        Assert.Equal(
            accepted ? null : DeadLetterReasons.NestingTooDeep,
            RecordParser.Parse(Record(Encoding.UTF8.GetBytes(json)), Plain, new()).Rejection?.Reason);
    }

    [Fact]
    public void Any_bytes_result_in_a_text_or_a_rejection() =>
        Gen.Byte.Array[0, 200].Sample(static bytes => IsTextOrReason(bytes));

    [Fact]
    public void Any_damaged_record_results_in_a_text_or_a_rejection()
    {
        var good = """
            {"id":17,"text":"Caf\u00e9 \ud83d\ude00 ☕","occurredAt":1700000000,"attributes":{"a":"\ud83d\ude00","b":[1,2,{"c":null}]},
            "x":-1.5e3}
            """u8.ToArray();

        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length - 1], Gen.Int[0, good.Length])
            .Sample((at, value, cut, end) =>
                {
                    var damaged = good.ToArray();
                    damaged[at] = value;
                    return IsTextOrReason(damaged) && IsTextOrReason(damaged[..end]) && IsTextOrReason([.. good[..cut], .. damaged[at..]]);
                }, iter: 20_000);
    }

    [Fact]
    public void Any_json_results_in_a_text_or_a_rejection()
    {
        var scalar = Gen.OneOf(Gen.Const("null"), Gen.Const("true"), Gen.Int.Select(static i => $"{i}"), Gen.Double[-1e12, 1e12]
            .Select(static d => FormattableString.Invariant($"{d:R}")),
            OneOf(
                "\"x\"",
                "\"eyJ0ZXh0IjoidCJ9\"",
                "\"Iv8i\"",
                "\"\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"2026-01-01\"",
                "\"0000-00-00T99\""));
        var key = OneOf(
            "id",
            "text",
            "source",
            "subject",
            "language",
            "occurredAt",
            "attributes",
            "a.b",
            "\\ud800",
            "\\u0069d",
            "specversion",
            "type",
            "time",
            "data",
            "data_base64",
            "datacontenttype");
        var value = Gen.Recursive<string>((depth, inner) => depth > 3
            ? scalar
            : Gen.OneOf(scalar, inner.Array[0, 3].Select(static items => $"[{string.Join(',', items)}]"), Gen.Select(key, inner).Array[0, 6]
                .Select(static pairs =>
                    $"{{{string.Join(',', pairs.Select(static pair => $"\"{pair.Item1}\":{pair.Item2}"))}}}")));

        value.Sample(static json => IsTextOrReason(Encoding.UTF8.GetBytes(json)));
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Dictionary<string, byte[]> Headers(params (string Name, string Value)[] headers) =>
        headers.ToDictionary(static header => header.Name, static header => Encoding.UTF8.GetBytes(header.Value));

    private static bool IsTextOrReason(byte[] bytes)
        => IsTextOrReason(bytes, null) && IsTextOrReason(bytes, Headers(("ce_specversion", "1.0"), ("ce_id", "e")));

    private static bool IsTextOrReason(byte[] bytes, IReadOnlyDictionary<string, byte[]>? headers)
    {
        var (text, rejection) = RecordParser.Parse(Record(bytes, headers), Plain, new());
        return text is null != rejection is null && (text is null || text.Id.Length > 0);
    }

    private static TextReceived Accepted(string json, PipelineOptions? pipeline = null) => Accepted(Encoding.UTF8.GetBytes(json), pipeline);

    private static TextReceived Accepted(byte[] value, PipelineOptions? pipeline = null)
    {
        var (text, rejection) = RecordParser.Parse(Record(value), pipeline ?? Plain, new());
        Assert.Null(rejection);
        return text!;
    }

    private static Rejection Rejected(byte[]? value, PipelineOptions? pipeline = null)
    {
        var (text, rejection) = RecordParser.Parse(Record(value), pipeline ?? Plain, new());
        Assert.Null(text);
        return rejection!;
    }

    private static LogRecord Record(byte[]? value, IReadOnlyDictionary<string, byte[]>? headers = null) =>
        new(new("texts.news", 0, 0), null, value, headers ?? new Dictionary<string, byte[]>(), RecordTime);
}
