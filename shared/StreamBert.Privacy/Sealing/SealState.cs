using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Log;

namespace StreamBert.Privacy.Sealing;

/// <summary>Tells whether a sealed text can be read.</summary>
public enum SealState
{
    /// <summary>The text was not sealed, or it is open now.</summary>
    Readable,

    /// <summary>The subject was erased: nobody can read the text any more.</summary>
    Erased,

    /// <summary>The key is not in this <c>Privacy:Directory</c>, or the bytes were changed.</summary>
    Unreadable,
}

/// <summary>A record after the attempt to open its seal.</summary>
/// <param name="Record">The record with the value that was sealed, or as it was.</param>
/// <param name="Key">The key of the seal; null if the record was not sealed or cannot be opened.</param>
/// <param name="State">Whether the value can be read.</param>
public sealed record OpenedRecord(LogRecord Record, SubjectKey? Key, SealState State);
