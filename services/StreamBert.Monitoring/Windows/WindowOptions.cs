using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// How event-time windows are kept. Their length and lateness are the pipeline's own (<c>Monitor:Window</c>,
/// <c>Monitor:AllowedLateness</c>).
/// </summary>
public sealed class WindowOptions
{
    /// <summary>Closed windows that a late text still corrects. Default 4; an older text is counted as dropped.</summary>
    [Range(0, 100)] public int Correctable { get; set; } = 4;

    /// <summary>
    /// Empty windows in a row that are closed and judged; a longer gap is skipped, as after a stop of the whole source. Default 30.
    /// </summary>
    [Range(1, 10_000)] public int MaxGap { get; set; } = 30;

    /// <summary>
    /// Segments counted on their own per pipeline, those used most of late; texts of further ones count in <c>all</c> only. Default 200.
    /// </summary>
    [Range(1, 10_000)] public int MaxSegments { get; set; } = 200;

    /// <summary>Groups compared per fairness rule, those used most of late; further ones are not compared. Default 32.</summary>
    [Range(2, 1000)] public int MaxGroups { get; set; } = 32;

    /// <summary>Labels counted on their own per head; further ones count together as <c>(other labels)</c>. Default 1,000.</summary>
    [Range(2, 100_000)] public int MaxLabels { get; set; } = 1000;

    /// <summary>Texts sampled per window and segment as examples for alerts. Default 5.</summary>
    [Range(1, 100)] public int SamplesPerSegment { get; set; } = 5;

    /// <summary>Texts sampled per window where a pipeline has no segments. Default 60.</summary>
    [Range(1, 1000)] public int SamplesWithoutSegments { get; set; } = 60;

    /// <summary>Entities counted on their own per pipeline at one time. Default 100.</summary>
    [Range(1, 10_000)] public int MaxEntities { get; set; } = 100;

    /// <summary>Texts that must have mentioned an entity before it is counted on its own. Default 3.</summary>
    [Range(1, 10_000)] public int EntityMentions { get; set; } = 3;

    /// <summary>How long an entity without a mention keeps its place while others want it, in event time. Default one hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")] public TimeSpan EntityMemory { get; set; } = TimeSpan.FromHours(1);
}
