using System.ComponentModel;
using StreamBert.Contracts;

namespace StreamBert.Gateway.ModelRequests;

/// <summary>What became of a request about a model.</summary>
public sealed record ModelRequestResult
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The position of the request in the log, <c>topic/partition/offset</c>.</summary>
    [Description("The position of the request in the log: `request` of the event that answers it.")]
    public required string Request { get; init; }

    /// <summary>What happened.</summary>
    [Description("`promoted`, `shadow` or `canary` (a rollout), `rolled-back`, `pinned`, `unpinned`, `started`, `queued` (after a run in "
        + "progress) or `skipped` (training); `requested`: the trainer has not decided yet, and its decision will be an event of the topic "
        + "`models` and visible in `GET /v1/models`.")]
    public required string State { get; init; }

    /// <summary>The version that serves or was pinned.</summary>
    [Description("The version that serves now; absent for training and while the request is undecided.")]
    public string? Version { get; init; }

    /// <summary>The version that served before.</summary>
    [Description("The version that served before, after a promotion or a rollback.")]
    public string? Previous { get; init; }

    /// <summary>Describes the result.</summary>
    public string? Detail { get; init; }

    /// <summary>The state of a request that the trainer has not decided yet.</summary>
    public const string Undecided = "requested";

    /// <summary>Returns the result that an event reports; null for an event that answers no request.</summary>
    public static ModelRequestResult? Of(object modelEvent, RecordPosition request) => modelEvent switch
    {
        ModelPromoted promoted => Create(promoted.Model, request, "promoted") with
        {
            Version = promoted.Version,
            Previous = promoted.Previous,
        },
        ModelRolledBack back => Create(back.Model, request, "rolled-back") with { Version = back.To, Previous = back.From },
        RolloutChanged { Stage: RolloutStages.RolledBack } back => Create(back.Model, request, back.Stage) with
        {
            Version = back.Champion,
            Previous = back.Version,
        },
        RolloutChanged rollout => Create(rollout.Model, request, rollout.Stage) with
        {
            Version = rollout.Champion,
            Detail = rollout.Reason,
        },
        PinChanged pin => Create(pin.Model, request, pin.Pinned ? "pinned" : "unpinned") with { Version = pin.Version },
        TrainingReported report => Create(report.Model, request, report.State) with { Detail = report.Detail },
        _ => null,
    };

    /// <summary>Creates a result without a version.</summary>
    public static ModelRequestResult Create(string model, RecordPosition request, string state) =>
        new() { Model = model, Request = $"{request}", State = state };
}
