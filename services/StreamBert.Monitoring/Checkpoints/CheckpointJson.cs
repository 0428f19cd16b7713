using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;
using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Drift;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Feedback;
using StreamBert.Monitoring.Inputs;
using StreamBert.Monitoring.Labels;
using StreamBert.Monitoring.Volume;

namespace StreamBert.Monitoring.Checkpoints;

/// <summary>Decides which values of a state are parts, and how strictly JSON is read.</summary>
internal static class CheckpointJson
{
    private static readonly JsonSerializerOptions Strict = new(MonitorStateJson.Default.Options)
    {
        TypeInfoResolver = MonitorStateJson.Default.WithAddedModifier(StrictJson.RejectNulls),
        Converters = { StrictJson.Finite[0], StrictJson.Finite[1] },
    };

    /// <summary>Reads alerts; null for values that are never null, and infinite numbers, are rejected.</summary>
    public static JsonTypeInfo<Dictionary<string, AlertState>> Alerts { get; } = TypeOf<Dictionary<string, AlertState>>(Strict);

    /// <summary>Writes a state with its parts.</summary>
    public static JsonTypeInfo<MonitorState> ForWriting(StateParts parts) => WithParts(MonitorStateJson.Default.Options, parts);

    /// <summary>Reads a state with its parts; null for values that are never null, and infinite numbers, are rejected.</summary>
    public static JsonTypeInfo<MonitorState> ForReading(StateParts parts) => WithParts(Strict, parts);

    private static JsonTypeInfo<MonitorState> WithParts(JsonSerializerOptions plain, StateParts parts) => TypeOf<MonitorState>(new(plain)
    {
        Converters =
        {
            Part<SequencerState>(plain, parts), Part<WindowCounts>(plain, parts), Part<DriftState>(plain, parts),
            Part<FairnessState>(plain, parts), Part<FeedbackState>(plain, parts), Part<CountedLabels>(plain, parts),
            Series<LabelSeries>(plain, parts), Series<VolumeSeries>(plain, parts), Series<AccuracySeries>(plain, parts),
        },
    });

    private static PartConverter<T> Part<T>(JsonSerializerOptions plain, StateParts parts)
        where T : class =>
        new(TypeOf<T>(plain), parts);

    private static SeriesConverter<T> Series<T>(JsonSerializerOptions plain, StateParts parts)
        where T : class =>
        new(TypeOf<T>(plain), TypeOf<Dictionary<string, T>>(plain), parts);

    private static JsonTypeInfo<T> TypeOf<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MonitorState))]
internal sealed partial class MonitorStateJson : JsonSerializerContext;
