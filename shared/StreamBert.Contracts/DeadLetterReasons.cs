namespace StreamBert.Contracts;

/// <summary>
/// The codes of <see cref="DeadLettered.Reason"/> that every consumer of the log may give; those of texts stand with Inference.
/// </summary>
public static class DeadLetterReasons
{
    /// <summary>The log holds the record damaged: its checksum does not match, or its headers cannot be decoded.</summary>
    public const string DamagedRecord = "damaged-record";

    /// <summary>
    /// The record is not the event that belongs there: no value, other bytes, or numbers, times and names that no service writes.
    /// </summary>
    public const string BadEvent = "bad-event";

    /// <summary>The record can be read, but its processing throws; every other record of the same read goes on.</summary>
    public const string ProcessingFailed = "processing-failed";
}
