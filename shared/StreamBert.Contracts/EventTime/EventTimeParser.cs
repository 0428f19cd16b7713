using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamBert.Contracts;

/// <summary>
/// Parses event times as files, HTTP clients and Kafka producers write them. A value with two possible meanings is rejected, never guessed:
/// docs/read-your-data.md contains the table. A time without an offset is UTC, and every parsed time is returned in UTC.
/// </summary>
public static partial class EventTimeParser
{
    private const int MaxLength = 256;
    private const int MaxQuoted = 48;

    /// <summary>The setting that resolves an ambiguous time of a pipeline or a file.</summary>
    public const string PipelineSetting = "Pipelines:N:Fields:TimeFormat";

    /// <summary>Parses a time.</summary>
    /// <param name="text">The value.</param>
    /// <param name="format">The only accepted format, see <see cref="EventTimeFormat"/>; null: any unambiguous form.</param>
    /// <param name="time">The time.</param>
    /// <param name="fault">A sentence that names the value and the reason of its rejection.</param>
    public static bool TryParse(string? text, string? format, out DateTimeOffset time, out string fault)
    {
        var value = Normalize(text ?? "");
        var reading = value switch
        {
            "" => ParsedTime.Invalid("is empty"),
            { Length: > MaxLength } => ParsedTime.Invalid($"has {value.Length} characters, which no time has"),
            _ when format is not null => EventTimeFormat.Read(value, format),
            _ => NumericTimeParser.Read(value) ?? CalendarTimeParser.Read(value),
        };
        time = reading.Time;
        fault = reading.Fault is { } reason ? $"{Quote(text)} {reason}." : "";
        return reading.Fault is null;
    }

    /// <summary>Parses a time of a JSON string or number.</summary>
    public static bool TryParse(JsonElement element, string? format, out DateTimeOffset time, out string fault)
    {
        if (element.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            return TryParse(RecordJson.Scalar(element), format, out time, out fault);
        time = default;
        var raw = element.ValueKind == JsonValueKind.Undefined ? null : element.GetRawText();
        fault = $"{Quote(raw)} is not a time: a string or a number is expected.";
        return false;
    }

    /// <summary>The minus sign of typographers, and the narrow spaces that some languages' libraries write before AM and PM.</summary>
    private static string Normalize(string text) => UnusualSpace().Replace(text, " ").Replace('\u2212', '-').Trim();

    /// <summary>Quotes a value for a message: short, on one line.</summary>
    private static string Quote(string? text)
    {
        if (text is null) return "A value that is not there";
        var visible = string.Concat(text.Take(MaxQuoted).Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
        return $"'{visible}{(text.Length > MaxQuoted ? "…" : "")}'";
    }

    [GeneratedRegex("[\u00A0\u2009\u202F]")]
    private static partial Regex UnusualSpace();
}

/// <summary>Holds a parsed time, or the reason of its rejection as the predicate of a sentence about the value.</summary>
internal readonly record struct ParsedTime(DateTimeOffset Time, string? Fault)
{
    public static ParsedTime Invalid(string fault) => new(default, fault);

    /// <param name="ticks">The ticks since the year 1, UTC; values that no <see cref="DateTimeOffset"/> can represent are rejected.</param>
    public static ParsedTime FromTicks(decimal ticks) => ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
        ? new(new((long)ticks, TimeSpan.Zero), null)
        : Invalid("lies outside of the years 1 to 9999");
}
