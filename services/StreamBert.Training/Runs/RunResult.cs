using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>What came of a run: the candidate's judgement and, if it was accepted, its promotion.</summary>
public sealed record RunResult(ModelTrained Trained, ModelPromoted? Promoted)
{
    public IReadOnlyList<NewRecord> Records => Promoted is null
        ? [Training.Records.Of(Topics.Models, Trained.Model, Trained, Trained.TrainedAt)]
        :
        [
            Training.Records.Of(Topics.Models, Trained.Model, Trained, Trained.TrainedAt),
            Training.Records.Of(Topics.Models, Promoted.Model, Promoted, Promoted.PromotedAt),
            Training.Records.Audit(Promoted, Promoted.By),
        ];
}
