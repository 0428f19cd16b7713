using System.Text.Json.Serialization;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Analysis;

/// <summary>
/// The state of the monitor, and the offsets up to which that state includes the predictions. It is stored in the same atomic step that
/// advances the group's offsets and appends trends and alerts.
/// </summary>
internal sealed class MonitorState
{
    /// <summary>The format of checkpoints; it is incremented when a field changes. Checkpoints of newer formats are not read.</summary>
    public const int CurrentFormat = 6;

    public int Format { get; set; } = CurrentFormat;

    /// <summary>Partition (<c>topic/partition</c>) → offset of the next record to process.</summary>
    public Dictionary<string, long> NextOffsets { get; set; } = [];

    /// <summary>Buffered predictions and incomplete steps.</summary>
    public SequencerState Inputs { get; set; } = new();

    /// <summary>Pipeline → its state.</summary>
    public Dictionary<string, PipelineState> Pipelines { get; set; } = [];

    /// <summary>
    /// The hashes of the parts of the checkpoint that are stored in records of their own; they are known when it is written.
    /// </summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyCollection<string> Parts { get; set; } = [];
}
