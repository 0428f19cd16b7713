using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Inference.Reading;

/// <summary>Takes fields out of one JSON object and remembers the first thing that was wrong.</summary>
internal sealed class FieldReader(JsonElement root)
{
    /// <summary>Unix times below this are seconds, from it on milliseconds (the year 5138, or the year 1973).</summary>
    private const double SecondsEnd = 100_000_000_000;

    public Rejection? Fault { get; private set; }

    public string RequiredScalar(string path) => OptionalScalar(path) ?? Missing(path);

    /// <summary>A string or number (or true, false) as text; null if it is absent, null or empty.</summary>
    public string? OptionalScalar(string? path)
    {
        if (Find(path) is not { } element)
            return null;
        if (RecordJson.Scalar(element) is { } text)
            return text.Length == 0 ? null : text;
        Fail(Reasons.BadField, $"The field '{path}' must be a string or a number, not {RecordParser.Name(element.ValueKind)}.");
        return null;
    }

    /// <summary>The text itself: a string, which may be empty.</summary>
    public string RequiredText(string path, int maxBytes)
    {
        if (Find(path) is not { } element)
            return Missing(path);
        if (element.ValueKind != JsonValueKind.String)
            return Fail(Reasons.BadField, $"The field '{path}' must be a string, not {RecordParser.Name(element.ValueKind)}.");
        var text = element.GetString()!;
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= maxBytes ? text : Fail(Reasons.TextTooLarge, $"The field '{path}' has {bytes} bytes; the pipeline allows {maxBytes} (MaxTextBytes).");
    }

    /// <summary>ISO 8601 (without an offset: UTC), or Unix seconds or milliseconds.</summary>
    public DateTimeOffset? OptionalTime(string? path)
    {
        if (Find(path) is not { } element)
            return null;
        if (Time(element) is { } time)
            return time;
        Fail(Reasons.BadField, $"The field '{path}' must be a time as ISO 8601 or as Unix seconds or milliseconds.");
        return null;
    }

    /// <summary>The object <c>attributes</c>, and over it the mapped ones. What is no scalar is left out, never a failure.</summary>
    public IReadOnlyDictionary<string, string> Attributes(IReadOnlyDictionary<string, string> mapped)
    {
        var attributes = new Dictionary<string, string>();
        if (Find("attributes") is { ValueKind: JsonValueKind.Object } own)
            foreach (var property in own.EnumerateObject())
                if (RecordJson.Scalar(property.Value) is { } value)
                    attributes[property.Name] = value;
        foreach (var (name, path) in mapped)
            if (RecordJson.Scalar(Find(path)) is { } value)
                attributes[name] = value;
        return attributes;
    }

    private JsonElement? Find(string? path) => RecordJson.Find(root, path);

    private static DateTimeOffset? Time(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => IsoTime(element.GetString()!),
        JsonValueKind.Number => UnixTime(element.GetDouble()),
        _ => null,
    };

    private static DateTimeOffset? IsoTime(string text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-'
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;

    private static DateTimeOffset? UnixTime(double value)
    {
        var milliseconds = Math.Abs(value) < SecondsEnd ? value * 1000 : value;
        var latest = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        var earliest = (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        return milliseconds > earliest && milliseconds < latest ? DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds) : null;
    }

    private string Missing(string path) => Fail(Reasons.MissingField, $"The field '{path}' is missing, null or empty.");

    private string Fail(string reason, string detail)
    {
        Fault ??= new(reason, detail);
        return "";
    }
}
