using System.Globalization;

namespace StreamBert.Contracts;

/// <summary>Identifies a record of the log by its topic, partition and offset; its text form is <c>topic/partition/offset</c>.</summary>
/// <param name="Topic">The topic of the record.</param>
/// <param name="Partition">The partition of the topic, from 0.</param>
/// <param name="Offset">The offset in the partition, from 0.</param>
public sealed record RecordPosition(string Topic, int Partition, long Offset)
{
    /// <summary>Reads the text form; returns null if the text is not a position.</summary>
    public static RecordPosition? TryParse(string text) =>
        text.Split('/') is [{ Length: > 0 } topic, var partition, var offset]
        && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new(topic, number, at) : null;

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not a position.</exception>
    public static RecordPosition Parse(string text) =>
        TryParse(text) ?? throw new FormatException($"'{text}' is not a position of the form topic/partition/offset.");

    /// <summary>Returns the text form, <c>topic/partition/offset</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}/{Offset}");
}
