using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>The checkpointed tables of the names that a pipeline tracks individually.</summary>
internal sealed class NameTables
{
    /// <summary>Dimension → segment → its decayed count; entities are not among them.</summary>
    public Dictionary<string, Dictionary<string, double>> Segments { get; set; } = [];

    /// <summary>Head → label → its decayed count.</summary>
    public Dictionary<string, Dictionary<string, double>> Labels { get; set; } = [];

    /// <summary>Fairness rule → its groups.</summary>
    public Dictionary<string, GroupTable> Groups { get; set; } = [];
    public TrackedEntities Entities { get; set; } = new();

    /// <summary>The number of uses of names that the tables did not track.</summary>
    public long UntrackedUses { get; set; }

    /// <summary>Removes the tables of dimensions and fairness rules that the pipeline no longer has.</summary>
    public void Retain(PipelineOptions pipeline)
    {
        var dimensions = pipeline.Dimensions.Select(static dimension => dimension.Key).ToHashSet();
        foreach (var dimension in Segments.Keys.Where(dimension => !dimensions.Contains(dimension)).ToList())
            Segments.Remove(dimension);
        if (!dimensions.Contains(SeriesKey.EntityDimension))
            Entities = new();
        var rules = pipeline.Monitor.Rules.Fairness.Select(static rule => rule.Id()).ToHashSet();
        foreach (var rule in Groups.Keys.Where(rule => !rules.Contains(rule)).ToList())
            Groups.Remove(rule);
    }

    public bool TracksLabel(string head, string label) => Labels.GetValueOrDefault(head)?.ContainsKey(label) == true;

    public bool TracksGroup(string rule, string group) => Groups.GetValueOrDefault(rule)?.Uses.ContainsKey(group) == true;

    public bool TracksSegment(string dimension, string segment) => dimension == SeriesKey.EntityDimension
        ? Entities.Uses.ContainsKey(segment) : Segments.GetValueOrDefault(dimension)?.ContainsKey(segment) == true;
}

/// <summary>The groups that a fairness rule compares.</summary>
internal sealed class GroupTable
{
    /// <summary>Group → its decayed count.</summary>
    public Dictionary<string, double> Uses { get; set; } = [];

    /// <summary>Group → its texts since it is tracked.</summary>
    public Dictionary<string, long> Texts { get; set; } = [];
}
