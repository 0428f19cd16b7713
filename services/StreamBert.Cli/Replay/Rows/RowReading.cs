using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Replay.Rows;

/// <summary>Contains the text and the event time of a row, or why the row is not a text.</summary>
/// <param name="Time">Null if it cannot be read, or if no column contains it.</param>
internal readonly record struct RowReading(string? Text, DateTimeOffset? Time, Rejection? Fault);
