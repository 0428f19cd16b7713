using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace StreamBert.Contracts;

/// <summary>Contains the source-generated JSON of every event: camelCase, without nulls.</summary>
/// <remarks>
/// Generated readers set what an event leaves out to null, so properties with a default keep it themselves, in their <c>init</c>.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TextReceived))]
[JsonSerializable(typeof(TextClassified))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(TokenizationRequested))]
[JsonSerializable(typeof(TokenizationCompleted))]
[JsonSerializable(typeof(FeedbackReceived))]
[JsonSerializable(typeof(FeedbackWithdrawn))]
[JsonSerializable(typeof(AnnotatorExclusionChanged))]
[JsonSerializable(typeof(DeadLettered))]
[JsonSerializable(typeof(InputProgress))]
[JsonSerializable(typeof(TrendUpdated))]
[JsonSerializable(typeof(RulesChanged))]
[JsonSerializable(typeof(RulesPreviewRequested))]
[JsonSerializable(typeof(RulesPreviewed))]
[JsonSerializable(typeof(MonitorRules))]
[JsonSerializable(typeof(EventTimeUpdated))]
[JsonSerializable(typeof(FairnessReported))]
[JsonSerializable(typeof(AccuracyReported))]
[JsonSerializable(typeof(DriftReported))]
[JsonSerializable(typeof(LabellingOffered))]
[JsonSerializable(typeof(AlertRaised))]
[JsonSerializable(typeof(AlertResolved))]
[JsonSerializable(typeof(SilenceCreated))]
[JsonSerializable(typeof(SilenceExpired))]
[JsonSerializable(typeof(AlertAcknowledged))]
[JsonSerializable(typeof(NotificationRequested))]
[JsonSerializable(typeof(NotificationReported))]
[JsonSerializable(typeof(ModelTrained))]
[JsonSerializable(typeof(ModelPromoted))]
[JsonSerializable(typeof(ModelProfiled))]
[JsonSerializable(typeof(ModelRolledBack))]
[JsonSerializable(typeof(RolloutChanged))]
[JsonSerializable(typeof(RolloutProgressed))]
[JsonSerializable(typeof(ShadowReported))]
[JsonSerializable(typeof(ModelRefused))]
[JsonSerializable(typeof(ModelRepaired))]
[JsonSerializable(typeof(HealthReported))]
[JsonSerializable(typeof(TrainingRequested))]
[JsonSerializable(typeof(RollbackRequested))]
[JsonSerializable(typeof(PromotionRequested))]
[JsonSerializable(typeof(PinRequested))]
[JsonSerializable(typeof(PinChanged))]
[JsonSerializable(typeof(ModelRequestRefused))]
[JsonSerializable(typeof(TrainingReported))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(ClassificationReport))]
[JsonSerializable(typeof(IReadOnlyList<ClassificationReport>))]
public sealed partial class WireContext : JsonSerializerContext;

/// <summary>Serializes and deserializes events.</summary>
public static class Wire
{
    /// <summary>The options of the JSON of events, also for responses to clients; non-ASCII text is not escaped.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>Serializes an event to UTF-8.</summary>
    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());

    /// <summary>Serializes an event to text.</summary>
    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, TypeInfo<T>());

    /// <summary>Deserializes an event. Its required values are not null, and its numbers are finite.</summary>
    /// <exception cref="JsonException">The bytes are not that event.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, TypeInfo<T>()) ?? throw new JsonException($"A {typeof(T).Name} was expected, not null.");

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(WireContext.Default.Options)
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = WireContext.Default.WithAddedModifier(StrictJson.RejectNulls),
        };
        foreach (var converter in StrictJson.Finite) options.Converters.Add(converter);
        options.MakeReadOnly();
        return options;
    }
}
