using System.ComponentModel.DataAnnotations;

namespace StreamBert.Contracts;

/// <summary>
/// Configures a pipeline: its texts, its model, what to monitor and where to send predictions. Bound from the section <c>Pipelines</c>.
/// </summary>
public sealed record PipelineOptions
{
    private static readonly LabelRule DefaultLabelRule = new();

    /// <summary>The name: lower-case letters, digits and hyphens, at most 63 characters.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")]
    public required string Name { get; init; }

    /// <summary>The input topics. Default: <c>texts.NAME</c>.</summary>
    public IReadOnlyList<string> InputTopics { get; init; } = [];

    /// <summary>Maps the producer's JSON to a text. Default: the fields of <see cref="TextReceived"/>.</summary>
    public FieldMapping Fields { get; init; } = new();

    /// <summary>
    /// Maps predictions of a model that is served elsewhere: the input topics then hold predictions, and no model is loaded. Default: null,
    /// the input topics hold texts.
    /// </summary>
    public PredictionMapping? Predictions { get; init; }

    /// <summary>The name of the model in the registry. Default: <c>default</c>.</summary>
    public string Model { get; init; } = "default";

    /// <summary>The heads whose answers are part of the prediction; those of an entity head are the prediction's entities.</summary>
    public IReadOnlyList<string> Heads { get; init; } = [];

    /// <summary>Configures the monitoring.</summary>
    public MonitorOptions Monitor { get; init; } = new();

    /// <summary>The routes; the first that matches a prediction applies.</summary>
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    /// <summary>Configures privacy.</summary>
    public PrivacyOptions Privacy { get; init; } = new();

    /// <summary>The largest text in UTF-8 bytes; a larger one becomes a dead letter. Default: 256 KiB.</summary>
    [Range(1, 16 * 1024 * 1024)]
    public int MaxTextBytes { get; init; } = 256 * 1024;

    /// <summary>The effective label rules: those configured, or the default if there is a head <c>sentiment</c>.</summary>
    public IReadOnlyList<LabelRule> LabelRules => LabelRulesOf(Monitor.Rules);

    /// <summary>The first label rule: the label that the dashboard shows first.</summary>
    public LabelRule WatchedLabel => LabelRules.Count > 0 ? LabelRules[0] : DefaultLabelRule;

    /// <summary>The dimensions of the segments.</summary>
    public IReadOnlyList<SegmentDimension> Dimensions =>
    [
        .. Monitor.Rules.Segments.Select(SegmentDimension.TryParse).OfType<SegmentDimension>()
            .Concat(Monitor.SegmentHead is { } head ? [new SegmentDimension(SegmentKind.Head, head)] : []).Distinct(),
    ];

    /// <summary>Returns the label rules that are effective with other rules.</summary>
    public IReadOnlyList<LabelRule> LabelRulesOf(MonitorRules rules) =>
        rules.Labels.Count > 0 ? rules.Labels : Heads.Contains(DefaultLabelRule.Head) ? [DefaultLabelRule] : [];

    /// <summary>The first dimension of a kind; null if there is none.</summary>
    public string? FirstDimension(SegmentKind kind) => Dimensions.FirstOrDefault(dimension => dimension.Kind == kind)?.Name;

    /// <summary>The effective input topics.</summary>
    public IReadOnlyList<string> Inputs => InputTopics.Count > 0 ? InputTopics : [Topics.Texts(Name)];
}
