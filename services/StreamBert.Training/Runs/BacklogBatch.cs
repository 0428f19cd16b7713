using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>The content of an uncommitted batch of the feedback topic.</summary>
internal sealed record BacklogBatch(ReadBatch Source)
{
    /// <summary>The number of feedback records of each model.</summary>
    public Dictionary<string, long> FeedbackByModel { get; } = [];

    /// <summary>The models for which a run is requested.</summary>
    public List<string> RequestedModels { get; } = [];

    public List<RollbackRequested> Rollbacks { get; } = [];

    public List<NewRecord> DeadLetters { get; } = [];

    /// <summary>Whether the batch contains neither feedback nor a request, so that it can be committed without a run.</summary>
    public bool IsWithoutWork => FeedbackByModel.Count == 0 && RequestedModels.Count == 0 && Rollbacks.Count == 0;
}
