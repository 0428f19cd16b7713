using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Inputs;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Analysis;

/// <summary>
/// A checkpoint of the monitor: its state, and the offsets up to which that state includes the predictions. It is appended in the same
/// atomic step that advances the group's offsets and appends trends and alerts.
/// </summary>
internal sealed class MonitorState
{
    /// <summary>The format of checkpoints; it is incremented when a field changes. Checkpoints of newer formats are not read.</summary>
    public const int CurrentFormat = 5;

    /// <summary>The oldest format from which alerts are carried over, so that whoever waits for their resolution is notified.</summary>
    private const int OldestFormat = 1;

    private static readonly JsonTypeInfo<MonitorState> Strict =
        (JsonTypeInfo<MonitorState>)new JsonSerializerOptions(MonitorStateJson.Default.Options)
        {
            TypeInfoResolver = MonitorStateJson.Default.WithAddedModifier(StrictJson.RejectNulls),
            Converters = { StrictJson.Finite[0], StrictJson.Finite[1] },
        }.GetTypeInfo(typeof(MonitorState));

    private static readonly JsonTypeInfo<Dictionary<string, AlertState>> StrictAlerts =
        (JsonTypeInfo<Dictionary<string, AlertState>>)Strict.Options.GetTypeInfo(typeof(Dictionary<string, AlertState>));

    public int Format { get; set; } = CurrentFormat;

    /// <summary>Partition (<c>topic/partition</c>) → offset of the next record to process.</summary>
    public Dictionary<string, long> NextOffsets { get; set; } = [];

    /// <summary>Buffered predictions and incomplete steps.</summary>
    public SequencerState Inputs { get; set; } = new();

    /// <summary>Pipeline → its state.</summary>
    public Dictionary<string, PipelineState> Pipelines { get; set; } = [];

    /// <summary>Serializes the state to compressed JSON, about a tenth of its size.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
            JsonSerializer.Serialize(zip, this, MonitorStateJson.Default.MonitorState);
        return bytes.ToArray();
    }

    /// <summary>Deserializes a checkpoint; of one of an earlier format only the alerts.</summary>
    /// <exception cref="InvalidDataException">The bytes are no checkpoint.</exception>
    public static MonitorState FromBytes(byte[] bytes)
    {
        try
        {
            using var json = BoundedGzip.Decompress(bytes);
            using var document = JsonDocument.Parse(json);
            if (IsEarlierFormat(document.RootElement))
                return AlertsOf(document.RootElement);
            return document.Deserialize(Strict) switch
            {
                { Format: CurrentFormat } state => state,
                var other => throw new InvalidDataException(
                    $"The checkpoint has format {other?.Format}; this version reads {CurrentFormat}."),
            };
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The checkpoint is not readable: {e.Message}", e);
        }
    }

    private static bool IsEarlierFormat(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.Number
        && format.TryGetInt32(out var number) && number is >= OldestFormat and < CurrentFormat;

    /// <summary>Returns the alerts of a checkpoint of an earlier format; its windows and baselines start again.</summary>
    private static MonitorState AlertsOf(JsonElement root)
    {
        var state = new MonitorState();
        if (!root.TryGetProperty("pipelines", out var pipelines) || pipelines.ValueKind != JsonValueKind.Object)
            return state;
        foreach (var pipeline in pipelines.EnumerateObject())
        {
            if (pipeline.Value.ValueKind == JsonValueKind.Object && pipeline.Value.TryGetProperty("alerts", out var alerts))
                state.Pipelines[pipeline.Name] = new() { Alerts = alerts.Deserialize(StrictAlerts) ?? [] };
        }
        return state;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MonitorState))]
internal sealed partial class MonitorStateJson : JsonSerializerContext;
