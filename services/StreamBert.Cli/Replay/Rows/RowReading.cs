using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Replay.Rows;

/// <summary>Contains the text and the event time of a row, or why the row is neither a text nor a prediction.</summary>
/// <param name="Time">Null if it cannot be read, or if no column contains it.</param>
internal readonly record struct RowReading(string? Text, DateTimeOffset? Time, Rejection? Fault)
{
    /// <summary>The parsed prediction, in a pipeline that takes predictions; without <see cref="Time"/> its own time is none.</summary>
    public ParsedRecord? Prediction { get; init; }
}
