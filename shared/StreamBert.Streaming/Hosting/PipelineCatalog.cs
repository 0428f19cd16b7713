using StreamBert.Contracts;

namespace StreamBert.Streaming.Hosting;

/// <summary>The configured pipelines, validated: the section <c>Pipelines</c>, or without it <see cref="DefaultPipelines.All"/>.</summary>
public sealed class PipelineCatalog
{
    public const string Section = "Pipelines";

    private readonly Dictionary<string, PipelineOptions> _byName;
    private readonly Dictionary<string, PipelineOptions> _byTopic;

    /// <exception cref="ConfigurationException">A pipeline is not valid; the message lists every fault.</exception>
    public PipelineCatalog(IReadOnlyList<PipelineOptions> pipelines)
    {
        var faults = PipelineValidation.Faults(pipelines).ToList();
        if (faults.Count > 0)
            throw new ConfigurationException($"The section '{Section}' is not valid:{string.Concat(faults.Select(static f => $"\n  - {f}"))}");
        All = pipelines;
        _byName = pipelines.ToDictionary(static p => p.Name, StringComparer.Ordinal);
        _byTopic = pipelines.SelectMany(static p => p.Inputs.Distinct(), static (p, topic) => (p, topic))
            .ToDictionary(static x => x.topic, static x => x.p, StringComparer.Ordinal);
    }

    public IReadOnlyList<PipelineOptions> All { get; }

    /// <exception cref="KeyNotFoundException">No pipeline has that name.</exception>
    public PipelineOptions Get(string name) => Find(name)
        ?? throw new KeyNotFoundException($"There is no pipeline '{name}'. Configured: {string.Join(", ", _byName.Keys)}.");

    public PipelineOptions? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The pipeline that reads a topic; null for a topic of none.</summary>
    public PipelineOptions? ForTopic(string topic) => _byTopic.GetValueOrDefault(topic);
}
