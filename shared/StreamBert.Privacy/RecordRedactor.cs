using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Redaction;

namespace StreamBert.Privacy;

/// <summary>Redacts the keys, values and headers of records that failed, whatever form their bytes have.</summary>
internal sealed class RecordRedactor(Redactor redactor, SubjectKeys keys)
{
    /// <summary>
    /// Redacts the strings and numbers of JSON, and any other value as text, in which bytes that are not UTF-8 stay as they are. Returns
    /// the same array if there is nothing to redact.
    /// </summary>
    /// <param name="names">Paths of the fields that hold names, such as the id: a pseudonym replaces them as a whole.</param>
    /// <param name="kept">Paths of fields that stay as they are, such as the scores of a model.</param>
    public byte[]? RedactValue(byte[]? value, IReadOnlySet<string> names, IReadOnlySet<string> kept)
        => value is null || redactor.IsEmpty ? value : RedactJson(value, names, kept) ?? RedactBytes(value);

    /// <summary>Redacts the key of a record, which is a name: a pseudonym replaces it as a whole.</summary>
    /// <param name="isName">Whether the key is replaced even if it contains no personal data.</param>
    public byte[]? RedactKey(byte[]? key, bool isName)
    {
        if (key is null || (redactor.IsEmpty && !isName))
            return key;
        var (text, _) = Decode(key);
        return Pseudonym.Is(text) || Guid.TryParseExact(text, "D", out _) || !(isName || redactor.Redact(text).Spans.Count > 0)
            ? key
            : Pseudonymize(key);
    }

    public byte[] RedactHeader(string name, byte[] value) => redactor.IsEmpty ? value
        : name is "ce_id" or "ce_subject" && redactor.Redact(Decode(value).Text).Spans.Count > 0 ? Pseudonymize(value)
        : RedactBytes(value);

    public string RedactText(string text) => redactor.IsEmpty ? text : redactor.Redact(text).Text;

    private byte[] Pseudonymize(byte[] name)
        => Encoding.UTF8.GetBytes(Utf8.IsValid(name) ? keys.Pseudonym(Encoding.UTF8.GetString(name)) : keys.Pseudonym(name));

    private byte[] RedactBytes(byte[] value)
    {
        var (text, positions) = Decode(value);
        var spans = redactor.Redact(text).Spans;
        if (spans.Count == 0)
            return value;
        using var redacted = new MemoryStream();
        var at = 0;
        foreach (var span in spans)
        {
            redacted.Write(value.AsSpan(at..(positions?[span.Start] ?? span.Start)));
            redacted.Write(Encoding.UTF8.GetBytes(PersonalData.Placeholder(span.Type)));
            at = positions?[span.End] ?? span.End;
        }
        redacted.Write(value.AsSpan(at));
        return redacted.ToArray();
    }

    /// <summary>
    /// Decodes bytes as text, with U+FFFD for bytes that are not UTF-8, and returns the position of each character among the bytes unless
    /// both are equal.
    /// </summary>
    private static (string Text, List<int>? Positions) Decode(byte[] value)
    {
        if (Ascii.IsValid(value))
            return (Encoding.ASCII.GetString(value), null);
        var (text, positions) = (new StringBuilder(value.Length), new List<int>(value.Length + 1));
        Span<char> units = stackalloc char[2];
        for (var at = 0; at < value.Length;)
        {
            _ = Rune.DecodeFromUtf8(value.AsSpan(at), out var rune, out var used);
            var length = rune.EncodeToUtf16(units);
            text.Append(units[..length]);
            for (; length > 0; length--)
                positions.Add(at);
            at += used;
        }
        positions.Add(value.Length);
        return (text.ToString(), positions);
    }

    /// <returns>Null if the value is not JSON.</returns>
    private byte[]? RedactJson(byte[] value, IReadOnlySet<string> names, IReadOnlySet<string> kept)
    {
        try
        {
            using var document = RecordJson.Parse(value);
            using var bytes = new MemoryStream();
            var redaction = new JsonRedaction(redactor, keys, names, kept);
            using (var writer = new Utf8JsonWriter(bytes, new() { Encoder = Wire.Options.Encoder }))
                redaction.Write(writer, document.RootElement, "");
            return redaction.HasFound ? bytes.ToArray() : value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed class JsonRedaction(Redactor redactor, SubjectKeys keys, IReadOnlySet<string> names, IReadOnlySet<string> kept)
    {
        public bool HasFound { get; private set; }

        public void Write(Utf8JsonWriter writer, JsonElement element, string path)
        {
            switch (element.ValueKind)
            {
                case var _ when kept.Contains(path):
                    element.WriteTo(writer);
                    break;
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
