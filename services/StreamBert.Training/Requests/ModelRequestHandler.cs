using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Registry;
using StreamBert.Training.Rollout;

namespace StreamBert.Training.Requests;

/// <summary>
/// Decides on requests about models: grants a training run, a promotion, a rollback or a pin, or refuses it with the reason and the remedy.
/// It writes nothing; its caller appends the records of the decision.
/// </summary>
public sealed class ModelRequestHandler(
    PipelineCatalog pipelines, ModelDirectory directory, ModelPromoter promoter, RolloutRecords rollouts, TimeProvider time)
{
    /// <summary>Decides on a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="position">Its position in the log; null if it is decided without being in the log.</param>
    /// <param name="history">The history of its model.</param>
    /// <param name="ends">The current ends of the log, from which a rollout that begins is judged.</param>
    public ModelDecision Decide(IModelRequest request, RecordPosition? position, ModelHistory history, LogEnds ends)
    {
        if (!IsKnown(request.Model))
            return Refuse(request, position, DeadLetterReasons.UnknownModel, DescribeUnknown(request.Model));
        try
        {
            var decision = request switch
            {
                TrainingRequested training => DecideTraining(training, position, history),
                PromotionRequested promotion => DecidePromotion(promotion, position, history, ends),
                RollbackRequested rollback => DecideRollback(rollback, position, history),
                PinRequested pin => DecidePin(pin, position, history),
                _ => throw new ArgumentException($"A {request.GetType().Name} is no request about a model.", nameof(request)),
            };
            return decision.Outcome is not { } outcome ? decision : decision with
            {
                Records = [.. decision.Records, .. RolloutAlerts.Resolve(history, outcome, pipelines.SeriesOf(request.Model))],
            };
        }
        catch (ModelPackageException e)
        {
            return Refuse(request, position, e.Message);
        }
    }

    private bool IsKnown(string model) => pipelines.Classified.Any(pipeline => pipeline.Model == model) || directory.Contains(model);

    private string DescribeUnknown(string model)
    {
        var known = pipelines.Classified.Select(static pipeline => pipeline.Model)
            .Concat(directory.ListVersions().Select(static version => version.Model)).Distinct().Order(StringComparer.Ordinal);
        return $"There is no model {Excerpt.Quote(model)}: no pipeline uses it and the registry does not contain it. "
            + $"The models are {string.Join(", ", known)}.";
    }

    private ModelDecision DecideTraining(TrainingRequested request, RecordPosition? position, ModelHistory history)
    {
        if (directory.FindServing(request.Model, history) is not { } serving)
            return Refuse(request, position, $"No version of {request.Model} serves yet; import and promote one first.");
        var heads = ModelPackage.ReadManifest(directory.Resolve(serving.Directory)).Heads;
        return heads.Any(static head => HeadTask.IsFineTunable(head.Task))
            ? new([ModelAudit.OfTrainingRequest(request)])
            : Refuse(request, position, $"{serving.Version} has no head that can be fine-tuned on labelled texts; its heads are "
                + $"{string.Join(", ", heads.Select(static head => $"{head.Name} ({head.Task})"))}.");
    }

    private ModelDecision DecidePromotion(PromotionRequested request, RecordPosition? position, ModelHistory history, LogEnds ends)
    {
        var isStaged = RolloutStages.IsUnderWay(request.Stage);
        if (!isStaged && request.Stage != PromotionRequested.Immediate)
            return Refuse(request, position, $"There is no stage {Excerpt.Quote(request.Stage)}; there are immediate, shadow and canary.");
        var serving = directory.FindServing(request.Model, history);
        if (serving?.Version == request.Version)
            return Refuse(request, position, $"{request.Version} serves already.");
        if (!directory.ListVersions().Contains((request.Model, request.Version)))
        {
            return Refuse(request, position, $"The registry contains no version {Excerpt.Quote(request.Version)} of {request.Model}; "
                + "list the versions with: streambert models list");
        }
        var promoted = promoter.CreatePromotion(request.Model, request.Version, request.By, serving?.Version) with { Request = position };
        if (isStaged)
            return DecideRollout(request, promoted, history, ends);
        IReadOnlyList<NewRecord> ended = history.Rollout?.Version == request.Version
            ? EndRollout(history, RolloutStages.Promoted, request.By, $"promoted at once by {request.By}")
            : CancelRollout(history, request.By, $"{request.By} promoted {request.Version}");
        return new([.. ended, .. promoter.CreateRecords(history, promoted, request.By)]) { Outcome = promoted };
    }

    /// <summary>Begins a rollout. One of another version that is under way is cancelled: the newest wish of a person counts.</summary>
    private ModelDecision DecideRollout(PromotionRequested request, ModelPromoted promoted, ModelHistory history, LogEnds ends)
    {
        if (promoted.Previous is not { } champion)
        {
            return Refuse(
                request, promoted.Request, $"No version of {request.Model} serves yet to compare with; promote it at once (immediate).");
        }
        if (history.Rollout is { } current && (current.Version, current.Stage) == (request.Version, request.Stage))
            return Refuse(request, promoted.Request, $"{request.Version} is in the stage {request.Stage} already.");
        var start = rollouts.Start(promoted, request.Stage, champion, request.By, $"requested by {request.By}", ends) with
        {
            Request = promoted.Request,
        };
        IReadOnlyList<NewRecord> ended = history.Rollout?.Version == request.Version
            ? [] : CancelRollout(history, request.By, $"{request.By} began a rollout of {request.Version}");
        return new([.. ended, .. promoter.CreateProfile(history, promoted), .. RolloutRecords.ToRecords(start)]) { Outcome = start };
    }

    private IReadOnlyList<NewRecord> CancelRollout(ModelHistory history, string by, string reason) =>
        EndRollout(history, RolloutStages.Cancelled, by, reason);

    private IReadOnlyList<NewRecord> EndRollout(ModelHistory history, string stage, string by, string reason) =>
        history.Rollout is { } rollout ? RolloutRecords.ToRecords(rollouts.End(rollout, stage, by, reason)) : [];

    /// <summary>
    /// Grants a rollback. During a rollout it rolls the candidate back, unless another version than the champion is named.
    /// </summary>
    private ModelDecision DecideRollback(RollbackRequested request, RecordPosition? position, ModelHistory history)
    {
        if (history.Rollout is { } rollout && (request.To is null || request.To == rollout.Champion))
        {
            var end = rollouts.End(rollout, RolloutStages.RolledBack, request.By, request.Reason) with { Request = position };
            return new(RolloutRecords.ToRecords(end)) { Outcome = end };
        }
        var (serving, target, refusal) = RollbackDecision.Decide(request, history, directory);
        if (serving is null || target is null)
            return Refuse(request, position, $"The rollback is not possible: {refusal}.");
        var rollback = new ModelRolledBack
        {
            Model = request.Model,
            From = serving.Version,
            To = target.Version,
            Directory = target.Directory,
            RolledBackAt = time.GetUtcNow(),
            By = request.By,
            Reason = request.Reason,
            Request = position,
        };
        var ended = CancelRollout(history, request.By, $"{request.By} rolled {request.Model} back to {target.Version}");
        return new([.. ended, Record(request.Model, rollback, rollback.RolledBackAt), ModelAudit.OfRollback(rollback)])
        {
            Outcome = rollback,
        };
    }

    private ModelDecision DecidePin(PinRequested request, RecordPosition? position, ModelHistory history)
    {
        if (directory.FindServing(request.Model, history) is not { } serving)
            return Refuse(request, position, $"No version of {request.Model} serves yet, so none can be pinned.");
        if (request.Version is { } version && version != serving.Version)
            return Refuse(request, position, $"{serving.Version} serves; only the serving version can be pinned. Promote the other first.");
        var pin = new PinChanged
        {
            Model = request.Model,
            Version = serving.Version,
            Pinned = request.Pinned,
            ChangedAt = time.GetUtcNow(),
            By = request.By,
            Reason = request.Reason,
            Request = position,
        };
        var ended = request.Pinned ? CancelRollout(history, request.By, $"{request.By} pinned {serving.Version}") : [];
        return new([.. ended, Record(request.Model, pin, pin.ChangedAt), ModelAudit.OfPin(pin)]) { Outcome = pin };
    }

    /// <summary>Refuses a request.</summary>
    internal ModelDecision Refuse(IModelRequest request, RecordPosition? position, string detail) =>
        Refuse(request, position, DeadLetterReasons.RequestRefused, detail);

    private ModelDecision Refuse(IModelRequest request, RecordPosition? position, string reason, string detail) =>
        new(position is null ? [] : [Record(request.Model, CreateRefusal(request, position, reason, detail), time.GetUtcNow())])
        {
            Refusal = new(reason, detail),
        };

    private ModelRequestRefused CreateRefusal(IModelRequest request, RecordPosition position, string reason, string detail) => new()
    {
        Model = request.Model,
        Request = position,
        Reason = reason,
        Detail = detail,
        By = request.By,
        RefusedAt = time.GetUtcNow(),
    };

    private static NewRecord Record<T>(string model, T modelEvent, DateTimeOffset at) =>
        EventRecord.Create(Topics.Models, model, modelEvent, at);
}
