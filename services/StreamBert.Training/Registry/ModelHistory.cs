using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Gates;

namespace StreamBert.Training.Registry;

/// <summary>The history of one model in the topic <c>models</c>.</summary>
/// <param name="Served">
/// The versions in the order in which they began to serve; the last one serves now. Empty: the shipped one serves.
/// </param>
/// <param name="Trained">All candidates, accepted or not, oldest first.</param>
public sealed record ModelHistory(IReadOnlyList<ServedVersion> Served, IReadOnlyList<ModelTrained> Trained)
{
    /// <summary>The limit of version numbers, so that the next one cannot overflow.</summary>
    private const int MaxNumber = 1_000_000_000;

    /// <summary>The versions whose reference profiles are published.</summary>
    public IReadOnlySet<string> Profiled { get; init; } = new HashSet<string>();

    /// <summary>The last change of the pin of each version.</summary>
    public IReadOnlyDictionary<string, PinChanged> Pins { get; init; } = new Dictionary<string, PinChanged>();

    /// <summary>The rollout that is under way; null if there is none.</summary>
    public RolloutChanged? Rollout { get; init; }

    /// <summary>The last change of the rollout of each version.</summary>
    public IReadOnlyDictionary<string, RolloutChanged> Rollouts { get; init; } = new Dictionary<string, RolloutChanged>();

    /// <summary>Why workers refuse the candidate of the rollout that is under way; null if none does.</summary>
    public ModelRefused? RolloutRefusal { get; init; }

    /// <summary>
    /// The rollback that an alert fires about: no version was promoted and no person has decided since. Null if there is none.
    /// </summary>
    public RolloutChanged? AlertedRollback { get; init; }

    /// <summary>The requests that were granted or refused, by position, with the event that did so.</summary>
    public IReadOnlyDictionary<RecordPosition, object> DecidedRequests { get; init; } = new Dictionary<RecordPosition, object>();

    /// <summary>
    /// The end of each partition of the feedback topic at the start of the last run that ended; empty before the first run.
    /// </summary>
    public IReadOnlyList<long> FeedbackEnds { get; init; } = [];

    /// <summary>The number of candidates, since a version began to serve, that were not shown to be better than it.</summary>
    public int CandidatesWithoutGain { get; init; }

    /// <summary>When the last scheduled run ended; null before the first one.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The ids of the alerts that have had a run.</summary>
    public IReadOnlySet<string> HandledAlerts { get; init; } = new HashSet<string>();

    public static async Task<ModelHistory> ReadAsync(IEventLog log, string model, CancellationToken cancellation)
    {
        var events = new List<object>();
        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation, awaitOpenTransactions: true))
        {
            if (ReadEvent(record) is { } read && ModelOf(read) == model)
                events.Add(read);
        }
        return Of(events);
    }

    /// <summary>Returns the history that the events of one model make.</summary>
    public static ModelHistory Of(IReadOnlyList<object> events) => new(
        [.. events.Select(FindServed).OfType<ServedVersion>()], [.. events.OfType<ModelTrained>()])
    {
        Rollout = FindRollout(events),
        Rollouts = events.OfType<RolloutChanged>().GroupBy(static rollout => rollout.Version)
            .ToDictionary(static changes => changes.Key, static changes => changes.Last()),
        RolloutRefusal = FindRollout(events) is not { } current ? null : events.SkipWhile(read => !ReferenceEquals(read, current))
            .OfType<ModelRefused>().LastOrDefault(refused => refused.Version == current.Version),
        AlertedRollback = events.LastOrDefault(ChangesAlert) is RolloutChanged { AlertId: not null } alerted ? alerted : null,
        Profiled = events.OfType<ModelProfiled>().Select(static profile => profile.Version).ToHashSet(),
        Pins = events.OfType<PinChanged>().GroupBy(static pin => pin.Version).ToDictionary(static pins => pins.Key, static p => p.Last()),
        DecidedRequests = events.Where(static read => FindRequest(read) is not null).DistinctBy(FindRequest)
            .ToDictionary(static read => FindRequest(read)!),
        FeedbackEnds = events.OfType<TrainingReported>().LastOrDefault(static report => report.FeedbackEnds is not null)?.FeedbackEnds
            ?? [],
        CandidatesWithoutGain = events.Reverse().TakeWhile(static read => FindServed(read) is null).OfType<ModelTrained>()
            .Count(static trained => trained.GateResults.Any(static gate => gate is { Gate: Gate.Gain, Outcome: GateResult.Failed })),
        ScheduledAt = events.OfType<TrainingReported>()
            .LastOrDefault(static report => HasEnded(report, TrainingCauses.Schedule))?.OccurredAt,
        HandledAlerts = events.OfType<TrainingReported>().Where(static report => HasEnded(report, TrainingCauses.Drift))
            .Select(static report => report.Alert).OfType<string>().ToHashSet(),
    };

    /// <summary>Returns whether a report ends a run of a cause, and the run is not repeated.</summary>
    private static bool HasEnded(TrainingReported report, string cause) => report.Cause == cause
        && report.State is TrainingStates.Completed or TrainingStates.Skipped or TrainingStates.Failed;

    /// <summary>Returns the event of a record that belongs to the history of a model; null for every other record.</summary>
    public static object? ReadEvent(LogRecord record) => EventRecord.TypeOf(record) switch
    {
        nameof(ModelTrained) => Read<ModelTrained>(record),
        nameof(ModelPromoted) => Read<ModelPromoted>(record),
        nameof(ModelProfiled) => Read<ModelProfiled>(record),
        nameof(ModelRolledBack) => Read<ModelRolledBack>(record),
        nameof(RolloutChanged) => Read<RolloutChanged>(record),
        nameof(ModelRefused) => Read<ModelRefused>(record),
        nameof(PinChanged) => Read<PinChanged>(record),
        nameof(TrainingReported) => Read<TrainingReported>(record),
        nameof(ModelRequestRefused) => Read<ModelRequestRefused>(record),
        _ => null,
    };

    /// <summary>Returns the model of an event that <see cref="ReadEvent"/> returned.</summary>
    public static string ModelOf(object modelEvent) => modelEvent switch
    {
        ModelTrained trained => trained.Model,
        ModelPromoted promoted => promoted.Model,
        ModelProfiled profiled => profiled.Model,
        ModelRolledBack rollback => rollback.Model,
        RolloutChanged rollout => rollout.Model,
        ModelRefused refused => refused.Model,
        PinChanged pin => pin.Model,
        TrainingReported report => report.Model,
        ModelRequestRefused refused => refused.Model,
        _ => throw new ArgumentException($"A {modelEvent.GetType().Name} is no event of a model's history.", nameof(modelEvent)),
    };

    /// <summary>
    /// Returns the version <c>MODEL-vN</c> after the highest of all known versions and <paramref name="shipped"/> (null: none ships).
    /// </summary>
    public string NextVersion(string model, string? shipped)
    {
        var prefix = $"{model}-v";
        var highest = Trained.Select(static trained => trained.Version).Concat(Served.Select(static served => served.Version))
            .Append(shipped ?? "").Max(version => NumberOf(version, prefix));
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{highest + 1}");
    }

    private static ServedVersion? FindServed(object modelEvent) => modelEvent switch
    {
        ModelPromoted promoted => new(promoted.Version, promoted.Directory),
        ModelRolledBack rollback => new(rollback.To, rollback.Directory),
        _ => null,
    };

    /// <summary>Returns the rollout that no later event has ended.</summary>
    private static RolloutChanged? FindRollout(IReadOnlyList<object> events) =>
        events.LastOrDefault(static read => read is RolloutChanged or ModelPromoted or ModelRolledBack)
            is RolloutChanged rollout && RolloutStages.IsUnderWay(rollout.Stage) ? rollout : null;

    /// <summary>Returns whether an event raises or resolves the alert about a candidate that was rolled back.</summary>
    private static bool ChangesAlert(object modelEvent) => modelEvent switch
    {
        ModelPromoted or ModelRolledBack or PinChanged => true,
        RolloutChanged rollout => rollout.AlertId is not null || ModelActors.IsPerson(rollout.By),
        _ => false,
    };

    private static RecordPosition? FindRequest(object modelEvent) => modelEvent switch
    {
        ModelPromoted promoted => promoted.Request,
        ModelRolledBack rollback => rollback.Request,
        RolloutChanged rollout => rollout.Request,
        PinChanged pin => pin.Request,
        ModelRequestRefused refused => refused.Request,
        _ => null,
    };

    private static T? Read<T>(LogRecord record)
        where T : class => EventReader.Read<T>(record, out var modelEvent) is null ? modelEvent : null;

    private static int NumberOf(string version, string prefix) =>
        version.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(version.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number < MaxNumber ? number : 0;
}
