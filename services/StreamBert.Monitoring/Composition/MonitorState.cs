using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Surges;
using StreamBert.Monitoring.Windows;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Composition;

/// <summary>Everything the monitor remembers of a pipeline. The detectors work on these very objects, so saving them saves all.</summary>
public sealed class PipelineState
{
    /// <summary>The window length the state was made with; under another one only the alerts are kept.</summary>
    public TimeSpan Window { get; set; }
    public WindowsState Windows { get; set; } = new();
    public Dictionary<string, ShareBaseline> Shares { get; set; } = [];
    public VolumeBaseline Volume { get; set; } = new();
    public Dictionary<string, HeadDriftState> Drift { get; set; } = [];

    /// <summary>Fairness rule → group → evidence.</summary>
    public Dictionary<string, Dictionary<string, GroupEvidence>> Fairness { get; set; } = [];
    public Dictionary<string, AlertState> Alerts { get; set; } = [];

    /// <summary>The state to go on with under the present configuration.</summary>
    public static PipelineState For(PipelineOptions pipeline, PipelineState? saved) =>
        saved is not null && saved.Window == pipeline.Monitor.Window ? saved
            : new() { Window = pipeline.Monitor.Window, Alerts = saved?.Alerts ?? [] };
}

/// <summary>
/// A checkpoint of the monitor: its state, and how far the predictions it stands for have been read. It is appended in the same atomic
/// step that advances the group's offsets and appends trends and alerts.
/// </summary>
public sealed class MonitorState
{
    /// <summary>Raised when the meaning of a field changes; a checkpoint of another format is not read.</summary>
    public const int CurrentFormat = 2;

    /// <summary>The format before this one, of which the alerts are taken over: whoever waits for their end is told.</summary>
    private const int AlertsFormat = 1;

    private static readonly JsonTypeInfo<MonitorState> Strict = (JsonTypeInfo<MonitorState>)new JsonSerializerOptions(
        MonitorStateJson.Default.Options)
    {
        TypeInfoResolver = MonitorStateJson.Default.WithAddedModifier(StrictJson.RejectNulls),
        Converters = { StrictJson.Finite[0], StrictJson.Finite[1] },
    }.GetTypeInfo(typeof(MonitorState));

    private static readonly JsonTypeInfo<Dictionary<string, AlertState>> StrictAlerts =
        (JsonTypeInfo<Dictionary<string, AlertState>>)Strict.Options.GetTypeInfo(typeof(Dictionary<string, AlertState>));

    public int Format { get; set; } = CurrentFormat;

    /// <summary>Partition (<c>topic/partition</c>) → offset of the next record to take.</summary>
    public Dictionary<string, long> Next { get; set; } = [];

    /// <summary>Predictions and progress that wait for each other.</summary>
    public SequencerState Inputs { get; set; } = new();
    public Dictionary<string, PipelineState> Pipelines { get; set; } = [];

    /// <summary>JSON, compressed: about a tenth of its size.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
            JsonSerializer.Serialize(zip, this, MonitorStateJson.Default.MonitorState);
        return bytes.ToArray();
    }

    /// <summary>The alerts of a checkpoint of the earlier format; its windows and baselines begin anew.</summary>
    private static MonitorState AlertsOf(JsonElement root)
    {
        var state = new MonitorState();
        if (!root.TryGetProperty("pipelines", out var pipelines) || pipelines.ValueKind != JsonValueKind.Object)
            return state;
        foreach (var pipeline in pipelines.EnumerateObject().Where(static pipeline => pipeline.Value.ValueKind == JsonValueKind.Object))
        {
            if (pipeline.Value.TryGetProperty("alerts", out var alerts))
                state.Pipelines[pipeline.Name] = new() { Alerts = alerts.Deserialize(StrictAlerts) ?? [] };
        }
        return state;
    }

    /// <exception cref="InvalidDataException">The bytes are no checkpoint of this format.</exception>
    public static MonitorState FromBytes(byte[] bytes)
    {
        try
        {
            using var plain = BoundedGzip.Decompress(bytes);
            using var document = JsonDocument.Parse(plain);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("format", out var format)
                && format.ValueKind == JsonValueKind.Number
                && format.TryGetInt32(out var number)
                && number == AlertsFormat)
            {
                return AlertsOf(root);
            }

            var state = document.Deserialize(Strict);
            return state is { Format: CurrentFormat } ? state
                : throw new InvalidDataException($"The checkpoint has format {state?.Format}, this version reads {CurrentFormat}.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The checkpoint is not readable: {e.Message}", e);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MonitorState))]
internal sealed partial class MonitorStateJson : JsonSerializerContext;
