using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Inference.Records;

/// <summary>A record of a read, with everything that was looked up for the whole read at once.</summary>
/// <param name="Record">The record as the log stores it.</param>
/// <param name="Decoded">The record with its value as JSON; a sealed one unchanged.</param>
/// <param name="Opened">The record without its seal.</param>
/// <param name="Fault">The reason why the record must not be processed, if it is known already.</param>
internal sealed record FetchedRecord(LogRecord Record, DecodedRecord Decoded, OpenedRecord Opened, RecordFault? Fault)
{
    /// <summary>The record to parse: decoded by its schema, or opened where it has none.</summary>
    public LogRecord Readable => ReferenceEquals(Decoded.Record, Record) ? Opened.Record : Decoded.Record;
}
