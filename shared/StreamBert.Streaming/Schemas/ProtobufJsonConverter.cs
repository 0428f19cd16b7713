using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Kind = Google.Protobuf.Reflection.FieldDescriptorProto.Type;

namespace StreamBert.Streaming.Schemas;

/// <summary>
/// Converts Protobuf messages to JSON. A field has its name in the .proto file and also its JSON name, if that differs; times are ISO 8601,
/// wrappers their values, bytes base64, enumerations names. Fields that the schema does not contain are omitted, as by Protobuf's own
/// readers.
/// </summary>
internal static class ProtobufJsonConverter
{
    private const int MaxDepth = 60;
    private const string Timestamp = ".google.protobuf.Timestamp";
    private const string WellKnown = ".google.protobuf.";

    /// <exception cref="InvalidDataException">The bytes are not a message of that type.</exception>
    public static byte[] ToJson(ReadOnlyMemory<byte> message, DescriptorProto type, ProtobufTypes types) =>
        Encoding.UTF8.GetBytes(ReadMessage(message.Span, type, types, 0).ToJsonString());

    private static JsonObject ReadMessage(ReadOnlySpan<byte> bytes, DescriptorProto type, ProtobufTypes types, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException($"its messages are nested deeper than {MaxDepth}");
        var json = new JsonObject();
        var fields = type.Fields.ToDictionary(static field => field.Number);
        var reader = new ProtobufReader(bytes);
        while (reader.TryReadTag(out var number, out var wire))
        {
            var raw = reader.Read(wire);
            if (fields.TryGetValue(number, out var field))
                Add(json, field, raw, wire, types, depth);
        }
        if (types.HasDefaults(type))
            AddDefaults(json, type, types);
        foreach (var field in type.Fields
            .Where(field => field.JsonName is { Length: > 0 } name && name != field.Name && json.ContainsKey(field.Name)))
        {
            json[field.JsonName] = json[field.Name]?.DeepClone();
        }

        return json;
    }

    private static void Add(
        JsonObject json,
        FieldDescriptorProto field,
        ReadOnlySpan<byte> raw,
        WireType wire,
        ProtobufTypes types,
        int depth)
    {
        if (field.label != FieldDescriptorProto.Label.LabelRepeated)
            json[field.Name] = Value(field, raw, wire, types, depth);
        else if (field.type == Kind.TypeMessage && types.Message(field.TypeName) is { Options.MapEntry: true } entry)
            AddEntry(json, field.Name, ReadMessage(raw, entry, types, depth + 1));
        else
            AddItems(json, field, raw, wire, types, depth);
    }

    private static void AddEntry(JsonObject json, string name, JsonObject entry)
    {
        var map = json[name] as JsonObject ?? (JsonObject)(json[name] = new JsonObject());
        var value = entry["value"];
        entry.Remove("value");
        map[entry["key"]?.ToString() ?? ""] = value;
    }

    /// <summary>Adds the items of a repeated field, whose numbers may be packed.</summary>
    private static void AddItems(
        JsonObject json,
        FieldDescriptorProto field,
        ReadOnlySpan<byte> raw,
        WireType wire,
        ProtobufTypes types,
        int depth)
    {
        var items = json[field.Name] as JsonArray ?? (JsonArray)(json[field.Name] = new JsonArray());
        if (wire != WireType.Length || WireOf(field.type) == WireType.Length)
        {
            items.Add(Value(field, raw, wire, types, depth));
            return;
        }
        var packed = new ProtobufReader(raw);
        while (!packed.IsAtEnd)
            items.Add(Value(field, packed.Read(WireOf(field.type)), WireOf(field.type), types, depth));
    }

    private static JsonNode? Value(FieldDescriptorProto field, ReadOnlySpan<byte> raw, WireType wire, ProtobufTypes types, int depth)
    {
        if (wire != WireOf(field.type))
            throw new InvalidDataException($"its field '{field.Name}' has another wire type than {field.type}");
        return field.type switch
        {
            Kind.TypeString => JsonValue.Create(ProtobufReader.Text(raw)),
            Kind.TypeBytes => JsonValue.Create(Convert.ToBase64String(raw)),
            Kind.TypeMessage => Unwrap(field.TypeName, ReadMessage(raw, types.Message(field.TypeName), types, depth + 1)),
            Kind.TypeGroup => null,
            Kind.TypeDouble => Number(BinaryPrimitives.ReadDoubleLittleEndian(raw)),
            Kind.TypeFloat => Number(BinaryPrimitives.ReadSingleLittleEndian(raw)),
            Kind.TypeFixed64 => JsonValue.Create(BinaryPrimitives.ReadUInt64LittleEndian(raw)),
            Kind.TypeSfixed64 => JsonValue.Create(BinaryPrimitives.ReadInt64LittleEndian(raw)),
            Kind.TypeFixed32 => JsonValue.Create(BinaryPrimitives.ReadUInt32LittleEndian(raw)),
            Kind.TypeSfixed32 => JsonValue.Create(BinaryPrimitives.ReadInt32LittleEndian(raw)),
            _ => FromVarint(field, ProtobufReader.Varint(raw), types),
        };
    }

    private static JsonNode FromVarint(FieldDescriptorProto field, ulong value, ProtobufTypes types) => field.type switch
    {
        Kind.TypeBool => JsonValue.Create(value != 0),
        Kind.TypeInt64 => JsonValue.Create((long)value),
        Kind.TypeInt32 => JsonValue.Create((int)value),
        Kind.TypeUint32 => JsonValue.Create((uint)value),
        Kind.TypeSint32 or Kind.TypeSint64 => JsonValue.Create((long)(value >> 1) ^ -(long)(value & 1)),
        Kind.TypeEnum => NameOf(types.Enum(field.TypeName), (int)value),
        _ => JsonValue.Create(value),
    };

    private static JsonValue NameOf(EnumDescriptorProto type, int number) =>
        type.Values.FirstOrDefault(value => value.Number == number) is { } named ? JsonValue.Create(named.Name) : JsonValue.Create(number);

    private static JsonValue Number(double value)
        => double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// Returns the value of a well-known type: a time, or the value of a wrapper (<c>StringValue</c>, <c>Int64Value</c> …).
    /// </summary>
    private static JsonNode? Unwrap(string type, JsonObject message)
    {
        if (type == Timestamp)
            return Time((long?)message["seconds"] ?? 0, (int?)message["nanos"] ?? 0);
        if (!type.StartsWith(WellKnown, StringComparison.Ordinal) || !type.EndsWith("Value", StringComparison.Ordinal)
            || !message.ContainsKey("value"))
        {
            return message;
        }

        var value = message["value"];
        message.Remove("value");
        return value;
    }

    private static JsonValue Time(long seconds, int nanos)
    {
        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || nanos is < 0 or > 999_999_999)
        {
            throw new InvalidDataException("its time lies outside of the years 1 to 9999");
        }

        return JsonValue.Create(DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100)
            .ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
    }

    private static void AddDefaults(JsonObject json, DescriptorProto type, ProtobufTypes types)
    {
        foreach (var field in type.Fields.Where(field => !json.ContainsKey(field.Name) && HasDefault(field)))
        {
            json[field.Name] = field.type switch
            {
                Kind.TypeString or Kind.TypeBytes => JsonValue.Create(""),
                Kind.TypeBool => JsonValue.Create(false),
                Kind.TypeEnum => NameOf(types.Enum(field.TypeName), 0),
                _ => JsonValue.Create(0),
            };
        }
    }

    private static bool HasDefault(FieldDescriptorProto field) => field.label != FieldDescriptorProto.Label.LabelRepeated
        && field.type != Kind.TypeMessage && !field.Proto3Optional && !field.ShouldSerializeOneofIndex();

    private static WireType WireOf(Kind kind) => kind switch
    {
        Kind.TypeString or Kind.TypeBytes or Kind.TypeMessage => WireType.Length,
        Kind.TypeDouble or Kind.TypeFixed64 or Kind.TypeSfixed64 => WireType.Eight,
        Kind.TypeFloat or Kind.TypeFixed32 or Kind.TypeSfixed32 => WireType.Four,
        Kind.TypeGroup => WireType.Group,
        _ => WireType.Varint,
    };
}
