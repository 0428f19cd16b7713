using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using CsCheck;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Tests.Streaming.Schemas;

public sealed class SchemaDecoderTests
{
    private const string News = """
        {"type":"record","name":"News","namespace":"wire","fields":[
          {"name":"id","type":"long"},
          {"name":"text","type":["null","string"],"default":null},
          {"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-millis"}},
          {"name":"local","type":{"type":"long","logicalType":"local-timestamp-millis"}},
          {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["FLASH","STORY"]}},
          {"name":"raw","type":"bytes"},
          {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":6,"scale":2}},
          {"name":"tags","type":{"type":"array","items":"string"}},
          {"name":"attributes","type":{"type":"map","values":"string"}},
          {"name":"desk","type":{"type":"record","name":"Desk",
            "fields":[{"name":"name","type":"string"},{"name":"weight","type":"double"}]}}]}
        """;

    private const string Proto = """
        syntax = "proto3";
        package wire;
        import "google/protobuf/timestamp.proto";
        import "google/protobuf/wrappers.proto";
        import "desk.proto";
        message Other { string id = 1; }
        message News {
          message Inner { string unused = 1; }
          string id = 1;
          string headline_text = 2;
          google.protobuf.Timestamp occurred_at = 3;
          repeated sint32 numbers = 4;
          map<string, string> attributes = 5;
          Desk desk = 6;
          Kind kind = 7;
          google.protobuf.StringValue subject = 8;
          optional string language = 9;
          double weight = 10;
          oneof place { string city = 11; string country = 12; }
        }
        enum Kind { FLASH = 0; STORY = 1; }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Avro_is_decoded_to_json_with_times_numbers_and_names()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        var value = await AvroAsync(registry);

        using var decoder = Decoder(registry);
        var json = Json(Assert.Single(await decoder.DecodeAsync([Record(value)], Cancellation)));

        Assert.Equal(
            """{"id":9007199254740993,"text":"Oil \u00E9","occurredAt":"2024-01-02T03:04:05.25Z","local":"2024-01-02T03:"""
            + """04:05.25Z","kind":"STORY","raw":"AQI=","price":"12.5","tags":["a","b"],"attri"""
            + """butes":{"region":"eu"},"desk":{"name":"fx","weight":0.5}}""",
            json);
    }

    [Fact]
    public async Task Protobuf_is_decoded_to_json_with_both_names_and_the_defaults_of_its_syntax()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        registry.Add("desk", "PROTOBUF", "syntax = \"proto3\"; package wire; message Desk { string name = 1; }");
        var id = registry.Add("texts.news-value", "PROTOBUF", Proto, ("desk.proto", "desk"));

        using var decoder = Decoder(registry);
        var json = Json(Assert.Single(await decoder.DecodeAsync([Record(Framed(id, [2, 2, .. Message()]))], Cancellation)));

        using var read = JsonDocument.Parse(json);
        string Raw(string name) => read.RootElement.GetProperty(name).GetRawText();
        Assert.Equal(("\"a1\"", "\"Oil\"", "\"Oil\""), (Raw("id"), Raw("headline_text"), Raw("headlineText")));
        Assert.Equal(("\"2024-01-02T03:04:05.2500000Z\"", "\"2024-01-02T03:04:05.2500000Z\""), (Raw("occurred_at"), Raw("occurredAt")));
        Assert.Equal(("[-1,2]", """{"region":"eu"}""", """{"name":"fx"}"""), (Raw("numbers"), Raw("attributes"), Raw("desk")));
        Assert.Equal(("\"STORY\"", "\"ACME\"", "0"), (Raw("kind"), Raw("subject"), Raw("weight")));
        Assert.False(read.RootElement.TryGetProperty("language", out _));
        Assert.False(read.RootElement.TryGetProperty("city", out _));
    }

    [Fact]
    public async Task A_schema_may_be_named_in_a_header()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        var id = registry.Add("s", "PROTOBUF", "syntax = \"proto3\"; message M { string text = 1; }");
        var avro = await AvroAsync(registry);
        static byte[] GuidOf(byte[] framed)
            => [1, .. SchemaRegistryServer.GuidOf(BinaryPrimitives.ReadInt32BigEndian(framed.AsSpan(1))).ToByteArray(bigEndian: true)];

        using var decoder = Decoder(registry);
        var read = await decoder.DecodeAsync([
            Record([10, 2, (byte)'o', (byte)'k'], [.. GuidOf(Framed(id, [])), 0]),
            Record(avro[5..], GuidOf(avro))], Cancellation);

        Assert.Equal("""{"text":"ok"}""", Json(read[0]));
        Assert.Contains("\"kind\":\"STORY\"", Json(read[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_and_sealed_records_are_unchanged_and_need_no_registry()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        using var decoder = Decoder(registry);
        LogRecord[] records =
        [
            Record("""{"id":1}"""u8.ToArray()), Record(Framed(7, """{"id":1}"""u8)), Record(null), Record([]),
            Record([0, 0, 0, 0, 1, 2]) with { Headers = new Dictionary<string, byte[]> { [RecordHeaders.Sealed] = [1] } },
        ];

        Assert.Equal(records, (await decoder.DecodeAsync(records, Cancellation)).Select(static decoded => decoded.Record));
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public async Task Without_a_registry_every_record_is_unchanged()
    {
        using var decoder = Decoder(registry: null);
        var record = Record(Framed(7, [2, 3]));

        Assert.Same(record, Assert.Single(await decoder.DecodeAsync([record], Cancellation)).Record);
    }

    [Fact]
    public async Task An_unknown_schema_is_reported_and_requested_once_per_read()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        using var decoder = Decoder(registry);

        var faults = (await decoder.DecodeAsync([Record(Framed(4711, [2, 3])), Record(Framed(4711, [4]))], Cancellation)).Select(
            static read => read.Fault!).ToList();

        Assert.All(faults, static fault => Assert.Equal(DeadLetterReasons.SchemaUnknown, fault.Reason));
        Assert.Contains("4711", faults[0].Detail, StringComparison.Ordinal);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task A_damaged_value_results_in_a_fault_or_another_value_and_never_in_an_exception()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        registry.Add("desk", "PROTOBUF", "syntax = \"proto3\"; package wire; message Desk { string name = 1; }");
        var id = registry.Add("texts.news-value", "PROTOBUF", Proto, ("desk.proto", "desk"));
        byte[][] good = [await AvroAsync(registry), Framed(id, [2, 2, .. Message()])];
        using var decoder = Decoder(registry);

        Gen.Select(Gen.Int[0, 1], Gen.Int[5, 60], Gen.Byte, Gen.Int[6, 100]).Sample((which, at, with, end) =>
        {
            var damaged = good[which].ToArray();
            damaged[Math.Min(at, damaged.Length - 1)] = with;
            var read = decoder.DecodeAsync([Record(damaged[..Math.Min(end, damaged.Length)])], CancellationToken.None).GetAwaiter()
                .GetResult();
            return read[0].Fault is null or { Reason: DeadLetterReasons.SchemaMismatch };
        }, iter: 300);
    }

    [Fact]
    public async Task An_unavailable_registry_is_awaited_and_readiness_reports_it()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        var value = await AvroAsync(registry);
        registry.Fail(3);
        var (time, readiness) = (new FakeTimeProvider(), new Readiness());
        using var decoder = Decoder(registry, readiness, time);

        var reading = decoder.DecodeAsync([Record(value)], Cancellation);
        var waited = false;
        while (!reading.IsCompleted)
        {
            waited |= !readiness.IsReady;
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Null(Assert.Single(await reading).Fault);
        Assert.True(waited);
        Assert.True(readiness.IsReady);
    }

    [Fact]
    public async Task Waiting_for_the_registry_ends_when_the_service_stops()
    {
        using var decoder = new SchemaDecoder(
            Options.Create(new SchemaRegistryOptions { Url = "http://127.0.0.1:1" }),
            new(),
            TimeProvider.System,
            NullLogger<SchemaDecoder>.Instance);
        using var stop = new CancellationTokenSource();
        var reading = decoder.DecodeAsync([Record(Framed(1, [2, 3]))], stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task User_and_password_are_sent_to_the_registry()
    {
        await using var registry = await SchemaRegistryServer.StartAsync();
        var value = await AvroAsync(registry);
        registry.Requests.Clear();
        using var decoder = new SchemaDecoder(
            Options.Create(new SchemaRegistryOptions { Url = registry.Url, Username = "reader", Password = "secret" }), new(), TimeProvider
                .System, NullLogger<SchemaDecoder>.Instance);

        await decoder.DecodeAsync([Record(value)], Cancellation);

        Assert.All(
            registry.Requests,
            static request => Assert.Equal($"Basic {Convert.ToBase64String("reader:secret"u8)}", request.Authorization));
    }

    [Theory]
    [InlineData("ftp://registry", null, null, "http or https")]
    [InlineData("registry:8081", null, null, "http or https")]
    [InlineData("https://me:secret@registry", null, null, "without user and password")]
    [InlineData("https://one,https://me:secret@two", null, null, "without user and password")]
    [InlineData("https://registry", "me", null, "belong together")]
    [InlineData(null, "me", "secret", "Url is missing")]
    public void An_invalid_section_is_rejected_with_the_reason(string? url, string? username, string? password, string fault) =>
        Assert.Contains(
            fault,
            new SchemaRegistryOptions { Url = url, Username = username, Password = password }.Validate(),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("http://registry:8081")]
    [InlineData("https://one/registry, https://two")]
    public void A_valid_section_has_no_fault(string? url) => Assert.Null(new SchemaRegistryOptions { Url = url }.Validate());

    internal static async Task<byte[]> AvroAsync(SchemaRegistryServer registry)
    {
        var schema = (RecordSchema)Avro.Schema.Parse(News);
        var desk = new GenericRecord((RecordSchema)schema["desk"].Schema);
        desk.Add("name", "fx");
        desk.Add("weight", 0.5);
        var news = new GenericRecord(schema);
        news.Add("id", 9007199254740993L);
        news.Add("text", "Oil é");
        news.Add("occurredAt", new DateTime(2024, 1, 2, 3, 4, 5, 250, DateTimeKind.Utc));
        news.Add("local", new DateTime(2024, 1, 2, 3, 4, 5, 250, DateTimeKind.Utc));
        news.Add("kind", new GenericEnum((EnumSchema)schema["kind"].Schema, "STORY"));
        news.Add("raw", new byte[] { 1, 2 });
        news.Add("price", new AvroDecimal(12.50m));
        news.Add("tags", new[] { "a", "b" });
        news.Add("attributes", new Dictionary<string, object> { ["region"] = "eu" });
        news.Add("desk", desk);
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Url });
        return await new AvroSerializer<GenericRecord>(client).SerializeAsync(
            news,
            new SerializationContext(MessageComponentType.Value, "texts.avro"));
    }

    private static byte[] Message()
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            void Bytes(int field, byte[] value)
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(value));
            }
            Bytes(1, "a1"u8.ToArray());
            Bytes(2, "Oil"u8.ToArray());
            Bytes(3, Inner(static inner =>
            {
                inner.WriteTag(1, WireFormat.WireType.Varint); inner.WriteInt64(1704164645); inner.WriteTag(
                2,
                WireFormat.WireType.Varint); inner.WriteInt32(250_000_000);
            }));
            Bytes(4, Inner(static inner => { inner.WriteSInt32(-1); inner.WriteSInt32(2); }));
            Bytes(5, [10, 6, .. "region"u8, 18, 2, .. "eu"u8]);
            Bytes(6, [10, 2, .. "fx"u8]);
            output.WriteTag(7, WireFormat.WireType.Varint);
            output.WriteEnum(1);
            Bytes(8, [10, 4, .. "ACME"u8]);
            Bytes(99, "a field of a later version"u8.ToArray());
        }
        return bytes.ToArray();
    }

    private static byte[] Inner(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true)) write(output);
        return bytes.ToArray();
    }

    private static byte[] Framed(int id, ReadOnlySpan<byte> body)
    {
        var value = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(1), id);
        body.CopyTo(value.AsSpan(5));
        return value;
    }

    private static string Json(DecodedRecord decoded)
    {
        Assert.Null(decoded.Fault);
        return Encoding.UTF8.GetString(decoded.Record.Value!);
    }

    private static LogRecord Record(byte[]? value, byte[]? schemaId = null) => new(
        new("texts.news", 0, 0), null, value, schemaId is null
            ? new Dictionary<string, byte[]>()
            : new Dictionary<string, byte[]> { [SchemaFrame.Header] = schemaId }, DateTimeOffset.UnixEpoch);

    private static SchemaDecoder Decoder(SchemaRegistryServer? registry, Readiness? readiness = null, TimeProvider? time = null) => new(
        Options.Create(new SchemaRegistryOptions { Url = registry?.Url }), readiness ?? new(), time
            ?? TimeProvider.System, NullLogger<SchemaDecoder>.Instance);
}
