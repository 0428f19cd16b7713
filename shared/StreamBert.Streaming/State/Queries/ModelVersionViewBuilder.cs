using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>Joins the events about models into one view per version.</summary>
/// <param name="Order">The versions that have events, the latest first.</param>
/// <param name="Refused">Version → the event with the reason why workers refuse it.</param>
/// <param name="Serving">Model → the version that serves: promoted or rolled back to last, or the one in place of a refused one; empty:
/// none.</param>
/// <param name="Predictions">Version → number of its predictions.</param>
internal sealed record ModelVersionViewBuilder(
    IReadOnlyList<string> Order,
    IReadOnlyDictionary<string, ModelTrained> Trained,
    IReadOnlyDictionary<string, ModelPromoted> Promoted,
    IReadOnlyDictionary<string, ModelRolledBack> RolledBack,
    IReadOnlyDictionary<string, ModelRefused> Refused,
    IReadOnlyDictionary<string, string> Serving,
    IReadOnlyDictionary<string, long> Predictions)
{
    /// <summary>Version → the last change of its rollout.</summary>
    public IReadOnlyDictionary<string, RolloutChanged> Rollouts { get; init; } = new Dictionary<string, RolloutChanged>();

    /// <summary>Version → the last report on a stage of its rollout.</summary>
    public IReadOnlyDictionary<string, RolloutProgressed> RolloutProgress { get; init; } = new Dictionary<string, RolloutProgressed>();

    /// <summary>Version → the last change of its pin.</summary>
    public IReadOnlyDictionary<string, PinChanged> Pins { get; init; } = new Dictionary<string, PinChanged>();

    /// <summary>Model → the last report of a training run.</summary>
    public IReadOnlyDictionary<string, TrainingReported> Training { get; init; } = new Dictionary<string, TrainingReported>();

    /// <summary>
    /// Builds the views. Versions that are known only from predictions (the shipped one, before the first training) and from a later
    /// training come last.
    /// </summary>
    public IReadOnlyList<ModelVersionView> Build() =>
        [.. Order.Concat(Refused.Keys).Concat(Serving.Values).Concat(Predictions.Keys).Where(static version => version.Length > 0)
            .Distinct()
            .Select(View)];

    private ModelVersionView View(string version)
    {
        var trained = Trained.GetValueOrDefault(version);
        var promoted = Promoted.GetValueOrDefault(version);
        var rollout = Rollouts.GetValueOrDefault(version);
        var model = promoted?.Model ?? trained?.Model ?? rollout?.Model
            ?? Serving.FirstOrDefault(pair => pair.Value == version).Key ?? Refused.GetValueOrDefault(version)?.Model ?? ModelOf(version);
        // A shipped package is announced without a training: it is not a candidate, it serves from the start.
        var state = StateOf(model, version, trained is { TrainingSeconds: 0 } ? null : trained, promoted);
        return new()
        {
            Model = model,
            Version = version,
            State = state,
            Predictions = Predictions.GetValueOrDefault(version),
            Reports = promoted?.Reports is { Count: > 0 } reports ? reports : trained?.Candidate ?? ReportsAsChampion(version),
            Trained = trained,
            Promoted = promoted,
            RolledBack = RolledBack.GetValueOrDefault(version),
            Rollout = rollout,
            RolloutProgress = RolloutStages.IsUnderWay(state) ? FindProgress(version, rollout) : null,
            Pin = Pins.GetValueOrDefault(version),
            Training = state == ModelStates.Serving ? Training.GetValueOrDefault(model) : null,
            Refused = Refused.GetValueOrDefault(version),
        };
    }

    /// <summary>Returns the last report on the stage that is under way; null before the first one.</summary>
    private RolloutProgressed? FindProgress(string version, RolloutChanged? rollout) =>
        RolloutProgress.GetValueOrDefault(version) is { } progress && progress.StageStart == rollout?.ChangedAt ? progress : null;

    private string StateOf(string model, string version, ModelTrained? trained, ModelPromoted? promoted)
    {
        var isPromoted = Serving.TryGetValue(model, out var serving);
        if (serving == version) return ModelStates.Serving;
        if (isPromoted && Refused.ContainsKey(version)) return ModelStates.Refused;
        if (Rollouts.GetValueOrDefault(version) is { } rollout && StateOf(rollout, serving, promoted) is { } stage) return stage;
        if (isPromoted)
        {
            if (promoted is not null || trained is null) return ModelStates.Retired;
        }
        else if (trained is null)
        {
            return ModelStates.Serving;
        }
        return trained!.Accepted ? ModelStates.Accepted : ModelStates.Rejected;
    }

    /// <summary>Returns the state of a version whose rollout is under way, or ended before the version served; else null.</summary>
    /// <param name="serving">The version that serves; null: the shipped one.</param>
    private static string? StateOf(RolloutChanged rollout, string? serving, ModelPromoted? promoted) => rollout.Stage switch
    {
        RolloutStages.RolledBack when promoted is null => ModelStates.RolledBack,
        RolloutStages.Cancelled when promoted is null => ModelStates.Accepted,
        var stage when RolloutStages.IsUnderWay(stage) && (serving is null || rollout.Champion == serving) => stage,
        _ => null,
    };

    /// <summary>Finds the reports of the version as the champion that the latest candidate was compared with.</summary>
    private IReadOnlyList<ClassificationReport> ReportsAsChampion(string version) =>
        Trained.Values.Where(trained => trained.Parent == version).MaxBy(static trained => trained.TrainedAt)?.Champion ?? [];

    /// <summary>Versions are named <c>MODEL-vN</c>.</summary>
    private static string ModelOf(string version) =>
        version.LastIndexOf("-v", StringComparison.Ordinal) is > 0 and var end ? version[..end] : version;
}
