using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace StreamBert.Contracts;

/// <summary>A pipeline: which texts, which model, what to watch, where to send. Bound from the section <c>Pipelines</c>.</summary>
public sealed record PipelineOptions
{
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")]
    public required string Name { get; init; }

    /// <summary>Input topics; default <c>texts.NAME</c>.</summary>
    public IReadOnlyList<string> InputTopics { get; init; } = [];

    /// <summary>How the producer's JSON maps onto a text; default: the fields of <see cref="TextReceived"/> as they are.</summary>
    public FieldMapping Fields { get; init; } = new();

    /// <summary>The model's name in the registry.</summary>
    public string Model { get; init; } = "default";

    /// <summary>
    /// The heads whose answers go into the prediction; those of a head that names entities are the prediction's entities.
    /// </summary>
    public IReadOnlyList<string> Heads { get; init; } = [];

    public MonitorOptions Monitor { get; init; } = new();
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];
    public PrivacyOptions Privacy { get; init; } = new();

    /// <summary>Longest text in UTF-8 bytes; a longer one goes to <c>dead-letter</c>.</summary>
    [Range(1, 16 * 1024 * 1024)]
    public int MaxTextBytes { get; init; } = 256 * 1024;

    public IReadOnlyList<string> Inputs => InputTopics.Count > 0 ? InputTopics : [Topics.Texts(Name)];
}

/// <summary>Dotted paths into the producer's JSON. Null means: not there.</summary>
public sealed record FieldMapping
{
    public string Id { get; init; } = "id";
    public string Text { get; init; } = "text";
    public string? Source { get; init; } = "source";
    public string? Subject { get; init; } = "subject";
    public string? Language { get; init; } = "language";

    /// <summary>
    /// The event time, in one of the forms that <see cref="EventTimeParser"/> reads; without it the record's timestamp counts.
    /// </summary>
    public string? OccurredAt { get; init; } = "occurredAt";

    /// <summary>
    /// The format of <see cref="OccurredAt"/> where a producer writes times that could be read in two ways; see <see
    /// cref="EventTimeFormat"/>.
    /// </summary>
    public string? TimeFormat { get; init; }

    /// <summary>Attribute name to path. The default object <c>attributes</c> is always taken over.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>Sends a prediction to <c>routes.QUEUE</c> too, when head and confidence match. The first match wins.</summary>
public sealed record RouteOptions
{
    [Required] public required string Queue { get; init; }
    [Required] public required string Head { get; init; }

    /// <summary>Labels that match; empty: any.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    [Range(0.0, 1.0)] public double MinConfidence { get; init; }

    /// <summary>Matches only below this confidence: how "not sure → a person" is said.</summary>
    [Range(0.0, 1.0)] public double? BelowConfidence { get; init; }
}

/// <summary>What the log and the read side may hold of a text.</summary>
public sealed record PrivacyOptions
{
    /// <summary>Whether predictions carry the text, so that the dashboard and alerts can show it.</summary>
    public bool KeepText { get; init; } = true;

    /// <summary>
    /// Types of personal data that give way to placeholders before a text is stored or shown: <c>email</c>, <c>phone</c>, <c>card</c>,
    /// <c>iban</c>,
    /// <c>id</c>, <c>ip</c>, <c>name</c>. The last needs a head that names persons.
    /// </summary>
    public IReadOnlyList<string> Redact { get; init; } = [];

    /// <summary>
    /// What the model reads: <c>redacted</c>, or the <c>original</c>, which is then stored sealed and needs <see cref="PerSubjectKeys"/>.
    /// </summary>
    public string ModelInput { get; init; } = Redacted;

    /// <summary>
    /// Whether every stored text of a subject is encrypted with the subject's key, so that deleting the key erases them all.
    /// </summary>
    public bool PerSubjectKeys { get; init; }

    public const string Redacted = "redacted";
    public const string Original = "original";

    /// <summary>Whether the model reads texts as they came.</summary>
    [JsonIgnore]
    public bool ModelReadsOriginal => ModelInput == Original;
}

/// <summary>What is watched in a pipeline. Times are event time.</summary>
public sealed record MonitorOptions
{
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far behind the latest event a text may come and still fall into its window.</summary>
    public TimeSpan AllowedLateness { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The head in which <see cref="NegativeLabel"/> is watched for surges.</summary>
    public string SentimentHead { get; init; } = "sentiment";
    public string NegativeLabel { get; init; } = "negative";

    /// <summary>The head whose labels part the pipeline into segments (<c>topic</c>, <c>intent</c>); null: no segments by label.</summary>
    public string? SegmentHead { get; init; }

    /// <summary>
    /// A head that names entities: the texts that mention an entity are a segment of their own (<c>entity=ORG:apple</c>) for each of the
    /// entities
    /// mentioned most; null: no segments by entity. It needs <see cref="PrivacyOptions.KeepText"/>.
    /// </summary>
    public string? EntityHead { get; init; }

    /// <summary>Heads whose label mix and confidence are compared with the reference; empty: all heads.</summary>
    public IReadOnlyList<string> DriftHeads { get; init; } = [];

    public IReadOnlyList<FairnessRule> Fairness { get; init; } = [];
}

/// <summary>Compares the rate of a label between the groups of an attribute.</summary>
public sealed record FairnessRule
{
    [Required] public required string Attribute { get; init; }
    public string Head { get; init; } = "sentiment";
    public string Label { get; init; } = "negative";

    /// <summary>Smallest rate difference worth an alert.</summary>
    [Range(0.0, 1.0)] public double MaxDifference { get; init; } = 0.1;

    /// <summary>Texts a group needs before it is compared; below it the group's state is "insufficient data".</summary>
    [Range(10, 1_000_000)] public int MinimumCount { get; init; } = 100;
}

/// <summary>The pipelines that ship ready.</summary>
public static class DefaultPipelines
{
    public static PipelineOptions FinancialNews { get; } = new()
    {
        Name = "financial-news",
        Heads = ["sentiment", "topic"],
        Monitor = new() { SegmentHead = "topic" },
    };

    public static PipelineOptions SupportChat { get; } = new()
    {
        Name = "support-chat",
        Heads = ["intent", "sentiment"],
        Monitor = new() { SegmentHead = "intent", Fairness = [new() { Attribute = "region" }] },
        Routes = [new() { Queue = "human-review", Head = "intent", BelowConfidence = 0.5 }],
        Privacy = new() { Redact = ["email", "phone", "card", "iban", "id", "ip"] },
    };

    public static IReadOnlyList<PipelineOptions> All { get; } = [FinancialNews, SupportChat];
}
