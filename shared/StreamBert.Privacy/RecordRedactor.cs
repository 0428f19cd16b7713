using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Redaction;

namespace StreamBert.Privacy;

/// <summary>Bytes of whatever form with the personal data in them replaced: keys, values and headers of records that failed.</summary>
internal sealed class RecordRedactor(Redactor redactor, SubjectKeys keys)
{
    /// <summary>
    /// In the strings and numbers of JSON, else in the whole, of which what is no UTF-8 stays as it is. The same array if there is nothing
    /// to replace.
    /// </summary>
    /// <param name="names">Paths of the fields that hold names, such as the id: they get a pseudonym as a whole.</param>
    public byte[]? Value(byte[]? value, IReadOnlySet<string> names)
        => value is null || redactor.IsEmpty ? value : Json(value, names) ?? Raw(value);

    /// <summary>A record's key is a name: it gets a pseudonym as a whole.</summary>
    /// <param name="always">Whether it is one in any case.</param>
    public byte[]? Key(byte[]? key, bool always)
    {
        if (key is null || (redactor.IsEmpty && !always))
            return key;
        var (text, _) = Decode(key);
        return Pseudonym.Is(text) || Guid.TryParseExact(text, "D", out _) || !(always || redactor.Redact(text).Spans.Count > 0)
            ? key
            : Named(key);
    }

    public byte[] Header(string name, byte[] value) => redactor.IsEmpty ? value
        : name is "ce_id" or "ce_subject" && redactor.Redact(Decode(value).Text).Spans.Count > 0 ? Named(value)
        : Raw(value);

    public string Word(string text) => redactor.IsEmpty ? text : redactor.Redact(text).Text;

    private byte[] Named(byte[] name)
        => Encoding.UTF8.GetBytes(Utf8.IsValid(name) ? keys.Pseudonym(Encoding.UTF8.GetString(name)) : keys.Pseudonym(name));

    private byte[] Raw(byte[] value)
    {
        var (text, places) = Decode(value);
        var spans = redactor.Redact(text).Spans;
        if (spans.Count == 0)
            return value;
        using var redacted = new MemoryStream();
        var at = 0;
        foreach (var span in spans)
        {
            redacted.Write(value.AsSpan(at..(places?[span.Start] ?? span.Start)));
            redacted.Write(Encoding.UTF8.GetBytes(PersonalData.Placeholder(span.Type)));
            at = places?[span.End] ?? span.End;
        }
        redacted.Write(value.AsSpan(at));
        return redacted.ToArray();
    }

    /// <summary>
    /// Bytes as text, what is no UTF-8 as U+FFFD, and the place of each character among the bytes where that is not its own.
    /// </summary>
    private static (string Text, List<int>? Places) Decode(byte[] value)
    {
        if (Ascii.IsValid(value))
            return (Encoding.ASCII.GetString(value), null);
        var (text, places) = (new StringBuilder(value.Length), new List<int>(value.Length + 1));
        Span<char> units = stackalloc char[2];
        for (var at = 0; at < value.Length;)
        {
            _ = Rune.DecodeFromUtf8(value.AsSpan(at), out var rune, out var used);
            var length = rune.EncodeToUtf16(units);
            text.Append(units[..length]);
            for (; length > 0; length--)
                places.Add(at);
            at += used;
        }
        places.Add(value.Length);
        return (text.ToString(), places);
    }

    /// <returns>Null if it is no JSON.</returns>
    private byte[]? Json(byte[] value, IReadOnlySet<string> names)
    {
        try
        {
            using var document = RecordJson.Parse(value);
            using var bytes = new MemoryStream();
            var copy = new Copy(redactor, keys, names);
            using (var writer = new Utf8JsonWriter(bytes, new() { Encoder = Wire.Options.Encoder }))
                copy.Write(writer, document.RootElement, "");
            return copy.HasFound ? bytes.ToArray() : value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed class Copy(Redactor redactor, SubjectKeys keys, IReadOnlySet<string> names)
    {
        public bool HasFound { get; private set; }

        public void Write(Utf8JsonWriter writer, JsonElement element, string path)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    writer.WriteStartObject();
                    foreach (var property in element.EnumerateObject())
                    {
                        writer.WritePropertyName(Redacted(property.Name, ""));
                        Write(writer, property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}");
                    }
                    writer.WriteEndObject();
                    break;
                case JsonValueKind.Array:
                    writer.WriteStartArray();
                    foreach (var item in element.EnumerateArray())
                        Write(writer, item, path);
                    writer.WriteEndArray();
                    break;
                case JsonValueKind.String:
                    writer.WriteStringValue(Redacted(element.GetString()!, path));
                    break;
                case JsonValueKind.Number when Redacted(element.GetRawText(), path) is var number && number != element.GetRawText():
                    writer.WriteStringValue(number);
                    break;
                default:
                    element.WriteTo(writer);
                    break;
            }
        }

        private string Redacted(string text, string path)
        {
            var redacted = redactor.Redact(text);
            HasFound |= redacted.Spans.Count > 0;
            return redacted.Spans.Count > 0 && names.Contains(path) ? keys.Pseudonym(text) : redacted.Text;
        }
    }
}
