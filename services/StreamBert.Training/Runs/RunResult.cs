using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Runs;

/// <summary>The result of a run: the trained candidate and, if it was accepted, its promotion.</summary>
internal sealed record RunResult(ModelTrained Trained, ModelPromoted? Promoted)
{
    /// <summary>The reference profile of a promoted candidate, which is published before its promotion.</summary>
    public ModelProfiled? Profiled { get; init; }

    /// <summary>Returns the result without its promotion, which is not possible any more.</summary>
    public RunResult WithoutPromotion(string reason) => new(Trained with { NotPromoted = reason }, null);

    public IReadOnlyList<NewRecord> Records => Promoted is null
        ? [EventRecord.Create(Topics.Models, Trained.Model, Trained, Trained.TrainedAt)]
        :
        [
            EventRecord.Create(Topics.Models, Trained.Model, Trained, Trained.TrainedAt),
            .. Profiled is null ? (NewRecord[])[] : [EventRecord.Create(Topics.Models, Profiled.Model, Profiled, Profiled.PublishedAt)],
            EventRecord.Create(Topics.Models, Promoted.Model, Promoted, Promoted.PromotedAt),
            ModelAudit.OfPromotion(Promoted, Promoted.By),
        ];
}
