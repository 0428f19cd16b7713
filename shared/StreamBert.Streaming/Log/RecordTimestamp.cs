namespace StreamBert.Streaming.Log;

/// <summary>
/// Reads the timestamps of records, in milliseconds since 1970. Damaged bytes and other producers may contain any number.
/// </summary>
internal static class RecordTimestamp
{
    private static readonly long Min = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Max = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Returns the time and, for a number out of range, the beginning of 1970 and the damage.</summary>
    public static (DateTimeOffset Time, string? Damage) FromUnixMilliseconds(long milliseconds) =>
        milliseconds >= Min && milliseconds <= Max
        ? (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), null)
        : (DateTimeOffset.UnixEpoch, FormattableString.Invariant($"its timestamp, {milliseconds} ms since 1970, is out of range"));
}
