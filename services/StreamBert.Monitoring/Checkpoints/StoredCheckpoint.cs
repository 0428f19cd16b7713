using System.Text.Json;
using StreamBert.Monitoring.Analysis;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Checkpoints;

/// <summary>Reads a checkpoint: the parts that it refers to, and then the state.</summary>
internal sealed class StoredCheckpoint : IDisposable
{
    /// <summary>The oldest format from which alerts are carried over, so that whoever waits for their resolution is notified.</summary>
    private const int OldestFormat = 1;

    /// <summary>The oldest format whose state is read; it has no parts.</summary>
    private const int OldestReadableFormat = 5;

    private readonly JsonDocument _json;

    private StoredCheckpoint(JsonDocument json) => _json = json;

    /// <summary>The hashes of the parts.</summary>
    public IReadOnlyCollection<string> Parts => _json.RootElement is { ValueKind: JsonValueKind.Object } root
        && root.TryGetProperty("parts", out var parts) && parts.ValueKind == JsonValueKind.Array
            ? [.. parts.EnumerateArray().Select(static part => part.ValueKind == JsonValueKind.String ? part.GetString()! : "")] : [];

    /// <summary>Parses a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The bytes are no checkpoint.</exception>
    public static StoredCheckpoint Parse(byte[] bytes)
    {
        try
        {
            using var json = BoundedGzip.Decompress(bytes);
            return new(JsonDocument.Parse(json));
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Returns the state; of a checkpoint of an earlier format, which cannot be read, only the alerts.</summary>
    /// <param name="parts">The parts.</param>
    /// <exception cref="InvalidDataException">The checkpoint is not readable, or a part is missing.</exception>
    public MonitorState Restore(StateParts parts)
    {
        try
        {
            var format = FormatOf(_json.RootElement);
            if (format is >= OldestFormat and < OldestReadableFormat)
                return AlertsOf(_json.RootElement);
            if (format is < OldestFormat or > MonitorState.CurrentFormat)
                throw new InvalidDataException($"The checkpoint has format {format}; this version reads {MonitorState.CurrentFormat}.");
            return _json.Deserialize(CheckpointJson.ForReading(parts)) ?? throw new JsonException("The state is null.");
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    public void Dispose() => _json.Dispose();

    private static InvalidDataException Unreadable(JsonException e) => new($"The checkpoint is not readable: {e.Message}", e);

    private static int FormatOf(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.Number
        && format.TryGetInt32(out var number) ? number : throw new JsonException("It has no format.");

    /// <summary>Returns the alerts of a checkpoint of an earlier format; its windows and baselines start again.</summary>
    private static MonitorState AlertsOf(JsonElement root)
    {
        var state = new MonitorState();
        if (!root.TryGetProperty("pipelines", out var pipelines) || pipelines.ValueKind != JsonValueKind.Object)
            return state;
        foreach (var pipeline in pipelines.EnumerateObject())
        {
            if (pipeline.Value.ValueKind == JsonValueKind.Object && pipeline.Value.TryGetProperty("alerts", out var alerts))
                state.Pipelines[pipeline.Name] = new() { Alerts = alerts.Deserialize(CheckpointJson.Alerts) ?? [] };
        }
        return state;
    }
}
