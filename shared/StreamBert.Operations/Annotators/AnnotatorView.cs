using System.ComponentModel;
using StreamBert.Contracts;

namespace StreamBert.Operations.Annotators;

/// <summary>Shows one annotator.</summary>
public sealed record AnnotatorView
{
    /// <summary>The annotator, or the pseudonym.</summary>
    [Description("The annotator, or the pseudonym if the name contains personal data.")]
    public required string Annotator { get; init; }

    /// <summary>The number of stored labels that are not withdrawn.</summary>
    [Description("The number of stored labels that are not withdrawn. A head of a text that was labelled again counts once.")]
    public required long Labels { get; init; }

    /// <summary>The pipelines of the labels.</summary>
    public required IReadOnlyList<string> Pipelines { get; init; }

    /// <summary>When the last label was given; null without labels.</summary>
    public DateTimeOffset? LastLabelAt { get; init; }

    /// <summary>Whether all labels are left out of data sets.</summary>
    [Description("Whether all labels are left out of data sets, but for pipelines with a change of their own in `changes`.")]
    public required bool Excluded { get; init; }

    /// <summary>The last exclusion or inclusion for all pipelines and for single ones.</summary>
    public required IReadOnlyList<AnnotatorExclusionChanged> Changes { get; init; }

    /// <summary>How reliable the labels seemed to the last run of each model.</summary>
    [Description("How reliable the labels seemed to the last run of each model, by model.")]
    public required IReadOnlyDictionary<string, AnnotatorReport> Models { get; init; }
}
