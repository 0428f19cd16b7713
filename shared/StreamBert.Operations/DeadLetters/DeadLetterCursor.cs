using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Orders dead letters by the time of their failure. As text it is the cursor of a page of the list.</summary>
internal readonly record struct DeadLetterCursor(long FailedAtTicks, int Partition, long Offset) : IComparable<DeadLetterCursor>
{
    /// <summary>The id of the dead letter at this place.</summary>
    public string Id => DeadLetterId.Of(new(Topics.DeadLetter, Partition, Offset));

    public static DeadLetterCursor Of(DateTimeOffset failedAt, RecordPosition position) =>
        new(failedAt.UtcTicks, position.Partition, position.Offset);

    /// <summary>Reads a cursor; null for the first page, or if the text is none.</summary>
    public static DeadLetterCursor? Parse(string? cursor) =>
        cursor?.Split('-') is [var ticks, var partition, var offset]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
        && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new(time, number, at) : null;

    public int CompareTo(DeadLetterCursor other) =>
        (FailedAtTicks, Partition, Offset).CompareTo((other.FailedAtTicks, other.Partition, other.Offset));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{FailedAtTicks}-{Partition}-{Offset}");
}
