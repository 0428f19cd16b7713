using StreamBert.Contracts;

namespace StreamBert.Streaming.Reading;

/// <summary>Holds the text of a record, or the reason why it is none.</summary>
/// <param name="Text">The text; it is empty if a prediction comes without one.</param>
/// <param name="Rejection">The reason.</param>
public readonly record struct ParsedRecord(TextReceived? Text, Rejection? Rejection)
{
    /// <summary>The prediction, in a pipeline that takes predictions.</summary>
    public ParsedPrediction? Prediction { get; init; }
}
