using StreamBert.Contracts;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Pipelines;

/// <summary>
/// The configured pipelines and limits, validated: the section <c>Pipelines</c>, or without it <see cref="DefaultPipelines.All"/>.
/// </summary>
public sealed class PipelineCatalog
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Pipelines";

    private readonly Dictionary<string, PipelineOptions> _byName;
    private readonly Dictionary<string, PipelineOptions> _byTopic;

    /// <summary>Validates pipelines and limits.</summary>
    /// <param name="pipelines">The pipelines.</param>
    /// <param name="limits">The limits; null: the defaults.</param>
    /// <exception cref="ConfigurationException">A pipeline or a limit is invalid; the message lists every fault.</exception>
    public PipelineCatalog(IReadOnlyList<PipelineOptions> pipelines, FieldLimits? limits = null)
    {
        Limits = limits ?? new();
        ThrowIfAny(FieldLimits.Section, PipelineValidation.Annotated(Limits));
        ThrowIfAny(Section, PipelineValidation.Faults(pipelines).Concat(PipelineValidation.TooLarge(pipelines, Limits)));
        All = pipelines;
        Classified = [.. pipelines.Where(static pipeline => pipeline.Predictions is null)];
        _byName = pipelines.ToDictionary(static p => p.Name, StringComparer.Ordinal);
        _byTopic = pipelines.SelectMany(static p => p.Inputs.Distinct(), static (p, topic) => (p, topic))
            .ToDictionary(static x => x.topic, static x => x.p, StringComparer.Ordinal);
    }

    /// <summary>All configured pipelines.</summary>
    public IReadOnlyList<PipelineOptions> All { get; }

    /// <summary>The pipelines whose texts a model of this system classifies; the others take predictions.</summary>
    public IReadOnlyList<PipelineOptions> Classified { get; }

    /// <summary>The limits of the fields of all pipelines.</summary>
    public FieldLimits Limits { get; }

    /// <summary>Returns the pipeline with a name.</summary>
    /// <exception cref="KeyNotFoundException">No pipeline has that name.</exception>
    public PipelineOptions Get(string name) => Find(name)
        ?? throw new KeyNotFoundException($"There is no pipeline '{name}'. Configured: {string.Join(", ", _byName.Keys)}.");

    /// <summary>Finds the pipeline with a name; null if there is none.</summary>
    public PipelineOptions? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Says that no pipeline has a name, and which there are.</summary>
    public string DescribeUnknown(string name) =>
        $"there is no pipeline '{Excerpt.Quote(name)}'; the configured ones are "
        + $"{string.Join(", ", All.Select(static known => known.Name))}.";

    /// <summary>Whether the pipeline with a name seals its texts with a key for each subject; false if there is none.</summary>
    public bool HasSubjectKeys(string name) => Find(name) is { Privacy.PerSubjectKeys: true };

    /// <summary>Finds the pipeline that reads a topic; null if none does.</summary>
    public PipelineOptions? ForTopic(string topic) => _byTopic.GetValueOrDefault(topic);

    /// <summary>Returns the series that an alert about a model is shown with: that of the first pipeline which uses the model.</summary>
    public SeriesKey SeriesOf(string model)
    {
        var pipeline = All.FirstOrDefault(pipeline => pipeline.Model == model) ?? All[0];
        return new(pipeline.Name, pipeline.Heads.Count > 0 ? pipeline.Heads[0] : "", SeriesKey.All);
    }

    /// <summary>Finds the first field of feedback that exceeds its limit; null if none does.</summary>
    public LimitFault? FaultOf(FeedbackReceived feedback) => Limits.Validate(feedback, Find(feedback.Pipeline)?.MaxTextBytes);

    private static void ThrowIfAny(string section, IEnumerable<string> found)
    {
        var faults = found.ToList();
        if (faults.Count > 0)
        {
            throw new ConfigurationException(
                $"The section '{section}' is not valid:{string.Concat(faults.Select(static f => $"\n  - {f}"))}");
        }
    }
}
