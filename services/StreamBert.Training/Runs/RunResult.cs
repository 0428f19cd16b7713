using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;
using StreamBert.Training.Rollout;

namespace StreamBert.Training.Runs;

/// <summary>The result of a run: the trained candidate and, if it was accepted, its promotion.</summary>
internal sealed record RunResult(ModelTrained Trained, ModelPromoted? Promoted)
{
    /// <summary>The first stage of the candidate's rollout, which replaces its promotion; null if there is none.</summary>
    public RolloutChanged? Rollout { get; init; }

    /// <summary>The reference profile of a promoted candidate, which is published before its promotion.</summary>
    public ModelProfiled? Profiled { get; init; }

    /// <summary>Returns the result without its promotion, which is not possible any more.</summary>
    public RunResult WithoutPromotion(string reason) => new(Trained with { NotPromoted = reason }, null);

    /// <summary>Returns the result with a rollout in place of its promotion.</summary>
    public RunResult WithRollout(RolloutChanged rollout) => this with { Promoted = null, Rollout = rollout };

    public IReadOnlyList<NewRecord> Records =>
    [
        EventRecord.Create(Topics.Models, Trained.Model, Trained, Trained.TrainedAt),
        .. Profiled is null || (Promoted is null && Rollout is null) ? (NewRecord[])[]
            : [EventRecord.Create(Topics.Models, Profiled.Model, Profiled, Profiled.PublishedAt)],
        .. Rollout is null ? [] : RolloutRecords.ToRecords(Rollout),
        .. Promoted is null ? (NewRecord[])[]
            :
            [
                EventRecord.Create(Topics.Models, Promoted.Model, Promoted, Promoted.PromotedAt),
                ModelAudit.OfPromotion(Promoted, Promoted.By),
            ],
    ];
}
