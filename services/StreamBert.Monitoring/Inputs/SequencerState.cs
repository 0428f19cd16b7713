using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>The checkpointed state of an <see cref="InputSequencer"/>: buffered predictions and incomplete steps.</summary>
internal sealed class SequencerState
{
    /// <summary>Input partition (<c>topic/partition</c>) → offset of the next text to count.</summary>
    public Dictionary<string, long> NextOffsets { get; set; } = [];

    /// <summary>Input partition → offset → the prediction of the text there.</summary>
    public Dictionary<string, Dictionary<long, TextClassified>> Predictions { get; set; } = [];

    /// <summary>Input partition → offsets of texts whose predictions are unusable.</summary>
    public Dictionary<string, List<long>> InvalidOffsets { get; set; } = [];

    /// <summary>The steps whose predictions have not all been read, in the order of the log.</summary>
    public List<InputProgress> IncompleteSteps { get; set; } = [];

    /// <summary>Partition of the predictions topic → input partition → offset of the last text whose prediction was read there.</summary>
    public Dictionary<int, Dictionary<string, long>> ReadOffsets { get; set; } = [];
}
