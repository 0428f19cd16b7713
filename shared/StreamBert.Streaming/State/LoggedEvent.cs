using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.State;

/// <summary>A record of an output topic with the event it holds; null if it holds none that this version knows.</summary>
public sealed record LoggedEvent(LogRecord Record, object? Event)
{
    /// <summary>Reads a record's event by its type header, or by its topic where there is one type only. Foreign bytes give a null event, never a failure.</summary>
    public static LoggedEvent Read(LogRecord record)
    {
        try
        {
            return new(record, record.Value is null ? null : Decode(TypeOf(record), record.Value));
        }
        catch (JsonException)
        {
            return new(record, null);
        }
    }

    private static object? Decode(string type, byte[] value) => type switch
    {
        nameof(TextClassified) => Wire.Deserialize<TextClassified>(value),
        nameof(DeadLettered) => Wire.Deserialize<DeadLettered>(value),
        nameof(TrendUpdated) => Wire.Deserialize<TrendUpdated>(value),
        nameof(EventTimeUpdated) => Wire.Deserialize<EventTimeUpdated>(value),
        nameof(AlertRaised) => Wire.Deserialize<AlertRaised>(value),
        nameof(AlertResolved) => Wire.Deserialize<AlertResolved>(value),
        nameof(ModelTrained) => Wire.Deserialize<ModelTrained>(value),
        nameof(ModelPromoted) => Wire.Deserialize<ModelPromoted>(value),
        nameof(TokensAnswered) => Wire.Deserialize<TokensAnswered>(value),
        nameof(ModelRolledBack) => Wire.Deserialize<ModelRolledBack>(value),
        nameof(ModelRefused) => Wire.Deserialize<ModelRefused>(value),
        nameof(ModelRepaired) => Wire.Deserialize<ModelRepaired>(value),
        _ => null,
    };

    private static string TypeOf(LogRecord record) =>
        record.Headers.TryGetValue(RecordHeaders.Type, out var type) ? Encoding.UTF8.GetString(type) : record.Position.Topic switch
        {
            Topics.Predictions => nameof(TextClassified),
            Topics.DeadLetter => nameof(DeadLettered),
            Topics.Trends => nameof(TrendUpdated),
            _ => "",
        };
}
