using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamBert.Contracts;

/// <summary>
/// Reads the event time of a text as files, HTTP clients and Kafka producers write it. A value that could be read as two different times is
/// refused, never guessed: the
/// page docs/read-your-data.md has the table. Without an offset a time is UTC, and every time that is read is given in UTC.
/// </summary>
public static partial class EventTimeParser
{
    private const int MaxLength = 256;
    private const int MaxQuoted = 48;

    /// <summary>What a fault of a configured pipeline, or of a file, may be cured with.</summary>
    public const string PipelineSetting = "Pipelines:N:Fields:TimeFormat";

    /// <param name="format">A format that <see cref="EventTimeFormat"/> takes, which then is the only one that is read; null: the forms
    /// that cannot be misread.</param>
    /// <param name="fault">A sentence that names the value and says why it is not read; whoever shows it adds where a format is
    /// set.</param>
    public static bool TryParse(string? text, string? format, out DateTimeOffset time, out string fault)
    {
        var value = Normalized(text ?? "");
        var reading = value switch
        {
            "" => TimeReading.Refused("is empty"),
            { Length: > MaxLength } => TimeReading.Refused($"has {value.Length} characters, which no time has"),
            _ when format is not null => EventTimeFormat.Read(value, format),
            _ => NumericTime.Read(value) ?? WrittenTime.Read(value),
        };
        time = reading.Time;
        fault = reading.Fault is { } reason ? $"{Quoted(text)} {reason}." : "";
        return reading.Fault is null;
    }

    /// <inheritdoc cref="TryParse(string?, string?, out DateTimeOffset, out string)"/>
    public static bool TryParse(JsonElement element, string? format, out DateTimeOffset time, out string fault)
    {
        if (element.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            return TryParse(RecordJson.Scalar(element), format, out time, out fault);
        time = default;
        fault = $"{Quoted(element.ValueKind == JsonValueKind.Undefined ? null : element.GetRawText())} is no time: a string or a number is expected.";
        return false;
    }

    /// <summary>The minus sign of typographers, and the narrow spaces that some languages' libraries write before AM and PM.</summary>
    private static string Normalized(string text) => UnusualSpace().Replace(text, " ").Replace('\u2212', '-').Trim();

    /// <summary>A value as a message may show it: short, in one line.</summary>
    private static string Quoted(string? text)
    {
        if (text is null) return "A value that is not there";
        var visible = string.Concat(text.Take(MaxQuoted).Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
        return $"'{visible}{(text.Length > MaxQuoted ? "…" : "")}'";
    }

    [GeneratedRegex("[\u00A0\u2009\u202F]")]
    private static partial Regex UnusualSpace();
}

/// <summary>A time that was read, or why it was not, as the predicate of a sentence about the value.</summary>
internal readonly record struct TimeReading(DateTimeOffset Time, string? Fault)
{
    public static TimeReading Refused(string fault) => new(default, fault);

    /// <param name="ticks">Since the year 1, UTC; what no <see cref="DateTimeOffset"/> can hold is refused.</param>
    public static TimeReading AtTicks(decimal ticks) => ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
        ? new(new((long)ticks, TimeSpan.Zero), null)
        : Refused("lies outside of the years 1 to 9999");
}
