namespace StreamBert.Streaming.Log;

/// <summary>Timestamps of records as milliseconds since 1970. Damaged bytes and foreign producers may claim any number.</summary>
internal static class RecordTime
{
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), Last = DateTimeOffset.MaxValue
        .ToUnixTimeMilliseconds();

    /// <summary>The time, and what is wrong with it: a number that is no time becomes the beginning of 1970.</summary>
    public static (DateTimeOffset Time, string? Damage) Of(long unixMilliseconds) => unixMilliseconds >= First && unixMilliseconds <= Last
        ? (DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds), null)
        : (DateTimeOffset.UnixEpoch, FormattableString.Invariant($"its timestamp, {unixMilliseconds} ms since 1970, is no time"));
}
