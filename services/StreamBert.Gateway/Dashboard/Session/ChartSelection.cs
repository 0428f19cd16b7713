using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Session;

/// <summary>What can be shown over time under the rules in effect, and which of it is.</summary>
/// <param name="pipeline">The pipeline.</param>
internal sealed class ChartSelection(PipelineOptions pipeline)
{
    /// <summary>The pipeline with the rules of its current window.</summary>
    public PipelineOptions Pipeline { get; private set; } = pipeline;

    /// <summary>What can be selected: the label of each label rule, then the heads without one.</summary>
    public IReadOnlyList<ChartedLabel> Choices { get; private set; } = ListChoices(pipeline);

    /// <summary>What is shown.</summary>
    public ChartedLabel Selected { get; private set; } = ListChoices(pipeline)[0];

    /// <summary>Selects what to show.</summary>
    public void Select(ChartedLabel choice)
    {
        if (Choices.Contains(choice))
            Selected = choice;
    }

    /// <summary>Applies the rules of the current window. What is shown stays, if it can still be selected.</summary>
    public void Apply(PipelineOptions inEffect)
    {
        Pipeline = inEffect;
        Choices = ListChoices(inEffect);
        if (!Choices.Contains(Selected))
            Selected = Choices[0];
    }

    /// <summary>Whether the series belongs to the selected head.</summary>
    public bool Includes(SeriesKey series) => (series.Pipeline, series.Head) == (Pipeline.Name, Selected.Head);

    private static List<ChartedLabel> ListChoices(PipelineOptions pipeline)
    {
        var ruled = pipeline.LabelRules.Select(static rule => new ChartedLabel(rule.Head, rule.Label, rule.Measure)).Distinct().ToList();
        var others = pipeline.Heads.Except(ruled.Select(static choice => choice.Head))
            .Select(static head => new ChartedLabel(head, null, LabelMeasure.Share)).ToList();
        return ruled.Count + others.Count > 0 ? [.. ruled, .. others] : [new(pipeline.WatchedLabel.Head, null, LabelMeasure.Share)];
    }
}
