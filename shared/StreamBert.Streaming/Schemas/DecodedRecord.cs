using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Schemas;

/// <summary>Holds a record whose Avro or Protobuf value was converted to JSON.</summary>
/// <param name="Record">The record.</param>
/// <param name="Fault">The fault of a value that cannot be decoded.</param>
public sealed record DecodedRecord(LogRecord Record, RecordFault? Fault = null);
