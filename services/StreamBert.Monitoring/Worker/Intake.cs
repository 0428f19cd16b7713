using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Worker;

/// <summary>From a record to a prediction that the monitor may count.</summary>
public static class Intake
{
    /// <summary>Windows beyond could not be added up.</summary>
    private const int LastYear = 9990;

    /// <summary>Offsets of one step; a worker reads and commits far fewer.</summary>
    private const int MaxOffsets = 1_000_000;

    /// <summary>Reads a record.</summary>
    /// <returns>Null if it is a prediction that can be counted; else what is wrong with it, without its content.</returns>
    public static string? Read(LogRecord record, out TextClassified prediction)
    {
        return Deserialize(record, $"not a {nameof(TextClassified)}", out prediction) ?? Fault(prediction);
    }

    /// <summary>Reads a record of the progress topic.</summary>
    /// <returns>Null if it can be used; else what is wrong with it.</returns>
    public static string? ReadProgress(LogRecord record, out InputProgress progress)
    {
        if (Deserialize(record, $"not an {nameof(InputProgress)}", out progress) is { } fault)
            return fault;
        if (progress.At.Year is < 1970 or > LastYear)
            return "a time of report that cannot be";
        return progress.Partitions.Any(IsFaulty) || progress.Partitions.Sum(static part => part.Predictions.Sum(static range => range.To - range.From)) > MaxOffsets
            ? $"offsets that are negative, in no order or more than {MaxOffsets}" : null;
    }

    private static string? Deserialize<T>(LogRecord record, string foreign, out T value)
        where T : class
    {
        value = null!;
        if (record.Value is null)
            return "no value";
        try
        {
            value = Wire.Deserialize<T>(record.Value);
            return null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
        {
            return foreign;
        }
    }

    private static bool IsFaulty(PartitionProgress part) =>
        part.Partition < 0 || part.From < 0 || part.Next < part.From || part.EventTime?.Year > LastYear || part.Predictions.Any(range => range.From < part.From || range.To > part.Next || range.To <= range.From);

    /// <summary>JSON may hold null where the contract has none.</summary>
    private static string? Fault(TextClassified prediction)
    {
        if (prediction is not { Id: not null, Pipeline: not null, ModelVersion: not null, Heads: not null, Attributes: not null, Origin: not null })
            return "a required field is null";
        if (prediction.OccurredAt.Year > LastYear)
            return $"an event time after the year {LastYear}";
        foreach (var (_, answer) in prediction.Heads)
        {
            if (answer is not { Label: not null, Confidence: >= 0 and <= 1 })
                return "a head without a label or with a confidence outside 0 to 1";
        }
        return prediction.Entities?.Any(static entity => entity is not { Type: not null, Head: not null, Confidence: >= 0 and <= 1 }) == true
            ? "an entity without a type or head, or with a confidence outside 0 to 1" : null;
    }
}
