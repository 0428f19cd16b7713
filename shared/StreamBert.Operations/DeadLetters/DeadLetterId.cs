using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Identifies a dead letter by its position in <c>dead-letter</c>, as <c>partition/offset</c>.</summary>
internal static class DeadLetterId
{
    private const string Prefix = Topics.DeadLetter + "/";

    public static string Of(RecordPosition position) =>
        string.Create(CultureInfo.InvariantCulture, $"{position.Partition}/{position.Offset}");

    public static RecordPosition? Parse(string id) =>
        RecordPosition.TryParse(Prefix + id);

    /// <summary>Formats the value that a replayed record has in <see cref="RecordHeaders.ReplayOf"/>.</summary>
    public static string ToHeader(string id) => Prefix + id;

    /// <summary>Reads the id from <see cref="RecordHeaders.ReplayOf"/>; null if the header names no dead letter.</summary>
    public static string? FromHeader(string value) => value.StartsWith(Prefix, StringComparison.Ordinal) ? value[Prefix.Length..] : null;
}
