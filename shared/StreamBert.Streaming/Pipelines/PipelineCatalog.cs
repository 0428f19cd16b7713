using StreamBert.Contracts;
using StreamBert.Streaming.Settings;

namespace StreamBert.Streaming.Pipelines;

/// <summary>
/// The configured pipelines and limits, validated: the section <c>Pipelines</c>, or without it <see cref="DefaultPipelines.All"/>.
/// </summary>
public sealed class PipelineCatalog
{
    public const string Section = "Pipelines";

    private readonly Dictionary<string, PipelineOptions> _byName;
    private readonly Dictionary<string, PipelineOptions> _byTopic;

    /// <param name="limits">Null: the defaults.</param>
    /// <exception cref="ConfigurationException">A pipeline or limit is not valid; the message lists every fault.</exception>
    public PipelineCatalog(IReadOnlyList<PipelineOptions> pipelines, FieldLimits? limits = null)
    {
        Limits = limits ?? new();
        Refuse(FieldLimits.Section, PipelineValidation.Annotated(Limits));
        Refuse(Section, PipelineValidation.Faults(pipelines).Concat(PipelineValidation.TooLarge(pipelines, Limits)));
        All = pipelines;
        _byName = pipelines.ToDictionary(static p => p.Name, StringComparer.Ordinal);
        _byTopic = pipelines.SelectMany(static p => p.Inputs.Distinct(), static (p, topic) => (p, topic))
            .ToDictionary(static x => x.topic, static x => x.p, StringComparer.Ordinal);
    }

    public IReadOnlyList<PipelineOptions> All { get; }

    /// <summary>What fields may hold, of every pipeline.</summary>
    public FieldLimits Limits { get; }

    /// <exception cref="KeyNotFoundException">No pipeline has that name.</exception>
    public PipelineOptions Get(string name) => Find(name)
        ?? throw new KeyNotFoundException($"There is no pipeline '{name}'. Configured: {string.Join(", ", _byName.Keys)}.");

    public PipelineOptions? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The pipeline that reads a topic; null for a topic of none.</summary>
    public PipelineOptions? ForTopic(string topic) => _byTopic.GetValueOrDefault(topic);

    /// <summary>The first field of feedback that is over its limit; null if none is.</summary>
    public LimitFault? FaultOf(FeedbackReceived feedback) => Limits.Validate(feedback, Find(feedback.Pipeline)?.MaxTextBytes);

    private static void Refuse(string section, IEnumerable<string> found)
    {
        var faults = found.ToList();
        if (faults.Count > 0)
        {
            throw new ConfigurationException(
                $"The section '{section}' is not valid:{string.Concat(faults.Select(static f => $"\n  - {f}"))}");
        }
    }
}
