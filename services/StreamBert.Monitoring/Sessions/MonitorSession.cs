using System.Reactive.Subjects;
using System.Runtime.InteropServices;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Checkpoints;
using StreamBert.Monitoring.Inputs;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Sessions;

/// <summary>
/// The monitor since a checkpoint: it processes records and collects the outputs to commit with them, including the next checkpoint. If
/// a commit is refused, the session is discarded, and a new one continues from the last checkpoint.
/// </summary>
internal sealed class MonitorSession : IDisposable
{
    private readonly PipelineCatalog _catalog;
    private readonly AnalysisOptions _options;
    private readonly PrivacyFilter _privacy;
    private readonly StreamMonitor _monitor;
    private readonly Dictionary<string, EventTimeUpdated> _committedEventTimes;
    private readonly Subject<MonitorInput> _inputs = new();
    private readonly PartitionKeys _partitions = new();
    private readonly List<MonitorOutput> _outputs = [];
    private readonly Dictionary<string, long> _skipped = [];
    private readonly List<MonitorRecord.InvalidRecord> _invalid = [];
    private readonly LabellingOffers _offers = new();
    private readonly MonitorTraces _traces = new();
    private readonly IDisposable _subscription;
    private readonly CheckpointSchedule? _checkpoints;
    private readonly CheckpointWriter _writer = new(new());
    private long _predictions, _committedDuplicates, _committedLost, _recordsSinceState;

    /// <summary>
    /// Whether the next commit must carry the state, because it depends on something that reading the records once more does not repeat:
    /// a record that was found to be unusable, or the end of waiting for predictions.
    /// </summary>
    private bool _requiresState;
    private bool _isStatePending;

    /// <param name="catalog">The pipelines.</param>
    /// <param name="options">The options of windows, detectors and alerts.</param>
    /// <param name="state">The checkpoint to continue from.</param>
    /// <param name="privacy">Redacts dead letters.</param>
    /// <param name="generation">The generation of the group reader when the session was opened.</param>
    /// <param name="predictionPartitions">The number of partitions of the predictions topic; 0 if it is unknown.</param>
    /// <param name="checkpoints">Decides which commits carry the state; null for all of them.</param>
    public MonitorSession(
        PipelineCatalog catalog, AnalysisOptions options, MonitorState state, PrivacyFilter privacy, int generation = 0,
        int predictionPartitions = 0, CheckpointSchedule? checkpoints = null)
    {
        _checkpoints = checkpoints;
        (Generation, _catalog, _options, _privacy) = (generation, catalog, options, privacy);
        _monitor = new(catalog.All, options, state);
        _monitor.Inputs.PredictionPartitions = predictionPartitions;
        _committedEventTimes = _monitor.Pipelines.Values.Select(static pipeline => pipeline.EventTime)
            .ToDictionary(static eventTime => eventTime.Pipeline);
        _subscription = _monitor.Watch(_inputs).Subscribe(_outputs.Add);
    }

    /// <summary>The generation of the group reader when the session was opened.</summary>
    public int Generation { get; }

    /// <summary>Partition (<c>topic/partition</c>) → offset of the next record to process.</summary>
    public IReadOnlyDictionary<string, long> NextOffsets => _monitor.State.NextOffsets;

    /// <summary>Whether progress waits for predictions that have not been read.</summary>
    public bool IsWaiting => _monitor.Inputs.IsWaiting;

    /// <summary>The number of predictions since the last commit that were skipped, because one of the same text had been counted.</summary>
    public long Duplicates => _monitor.Inputs.Duplicates - _committedDuplicates;

    private long Lost => _monitor.Inputs.Lost - _committedLost;

    /// <summary>Returns the key of a partition in <see cref="NextOffsets"/>.</summary>
    public static string PartitionKey(string topic, int partition) => PartitionKeys.Create(topic, partition);

    /// <summary>Processes records in their order; those that the checkpoint includes are skipped.</summary>
    public void Process(IEnumerable<MonitorRecord> records)
    {
        foreach (var record in records)
        {
            var position = record.Record.Position;
            var partition = _partitions.Of(position.Topic, position.Partition);
            ref var next = ref CollectionsMarshal.GetValueRefOrAddDefault(_monitor.State.NextOffsets, partition, out _);
            if (position.Offset < next)
                continue;
            next = position.Offset + 1;
            _recordsSinceState++;
            _requiresState |= record is not (MonitorRecord.PredictionRecord or MonitorRecord.ProgressRecord);
            Process(record);
        }
    }

    /// <summary>Stops waiting for predictions: the log has none that have not been read.</summary>
    public void EndPredictions()
    {
        _requiresState = true;
        _inputs.OnNext(new MonitorInput.EndOfPredictions());
    }

    /// <summary>Returns the records to commit: outputs, offers, dead letters, event times, and the checkpoint at the end.</summary>
    public IReadOnlyList<NewRecord> PendingRecords(DateTimeOffset now) =>
    [
        .. _traces.Create(_outputs),
        .. _offers.Records,
        .. _invalid.Select(invalid => DeadLetterFactory.Create(invalid.Record, invalid.Fault, _privacy, _catalog.Limits, now)),
        .. ChangedEventTimes().Select(change => OutputRecords.Of(change.After, now)),
        .. Checkpoint(now),
    ];

    /// <summary>Marks the pending records as committed.</summary>
    /// <returns>What was committed.</returns>
    public SessionSummary MarkCommitted()
    {
        var summary = new SessionSummary
        {
            Predictions = _predictions,
            Duplicates = Duplicates,
            Lost = Lost,
            Skipped = new Dictionary<string, long>(_skipped),
            Outputs = [.. _outputs],
            InvalidRecords = [.. _invalid],
            Failures = [.. _monitor.Failures],
            EventTimes = ChangedEventTimes(),
            Watermarks = _monitor.Pipelines.Where(static pipeline => pipeline.Value.Watermark > DateTimeOffset.MinValue)
                .ToDictionary(static pipeline => pipeline.Key, static pipeline => pipeline.Value.Watermark),
        };
        foreach (var change in summary.EventTimes)
            _committedEventTimes[change.After.Pipeline] = change.After;
        _traces.MarkCommitted(_outputs);
        if (_isStatePending)
        {
            (_requiresState, _recordsSinceState) = (false, 0);
            _writer.MarkCommitted();
        }
        DiscardPending();
        return summary;
    }

    /// <summary>Discards the pending records, because an earlier session has committed them.</summary>
    public void DiscardPending()
    {
        (_predictions, _committedDuplicates, _committedLost) = (0, _monitor.Inputs.Duplicates, _monitor.Inputs.Lost);
        _outputs.Clear();
        _skipped.Clear();
        _invalid.Clear();
        _offers.Clear();
        _monitor.Failures.Clear();
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _inputs.Dispose();
    }

    private void Process(MonitorRecord record)
    {
        switch (record)
        {
            case MonitorRecord.PredictionRecord { Value: var prediction }:
                _traces.Add(prediction.Pipeline, record.Record);
                Process(prediction, record.Record.Position);
                break;
            case MonitorRecord.ProgressRecord { Value: var progress }:
                _inputs.OnNext(new MonitorInput.Progress(progress));
                break;
            case MonitorRecord.RulesRecord { Value: var change }:
                _inputs.OnNext(new MonitorInput.RuleChange(change));
                break;
            case MonitorRecord.LabelRecord { Value: var feedback }:
                _inputs.OnNext(new MonitorInput.Feedback(feedback));
                break;
            case MonitorRecord.WithdrawalRecord { Value: var withdrawal }:
                _inputs.OnNext(new MonitorInput.Withdrawal(withdrawal));
                break;
            case MonitorRecord.ProfileRecord { Value: var profiled }:
                _inputs.OnNext(new MonitorInput.ModelProfile(profiled));
                break;
            case MonitorRecord.InvalidRecord invalid:
                Reject(invalid);
                break;
        }
    }

    private void Reject(MonitorRecord.InvalidRecord invalid)
    {
        Skip(invalid.Record.Position.Topic switch
        {
            Topics.Progress => "not-progress",
            Topics.Rules => "not-rules",
            _ => "not-a-prediction",
        });
        _invalid.Add(invalid);
        if (invalid.Origin is { } origin)
            _inputs.OnNext(new MonitorInput.InvalidPrediction(origin));
    }

    private void Process(TextClassified prediction, RecordPosition position)
    {
        var topic = prediction.Origin.Topic;
        if (Topics.IsInteractive(topic) && !(_options.IncludeInteractive && topic == Topics.Interactive))
        {
            Skip("interactive");
            return;
        }
        if (_monitor.Pipelines.TryGetValue(prediction.Pipeline, out var pipeline))
        {
            _predictions++;
            _offers.Add(prediction, position, pipeline.SampleEvery);
        }
        else
        {
            Skip("unknown-pipeline"); // its step waits for it all the same
        }
        _inputs.OnNext(new MonitorInput.Prediction(prediction, position.Partition));
    }

    private void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    private List<EventTimeChange> ChangedEventTimes() => [.. _monitor.Pipelines.Values
        .Select(static pipeline => pipeline.EventTime)
        .Select(eventTime => new EventTimeChange(_committedEventTimes[eventTime.Pipeline], eventTime))
        .Where(static change => Fingerprint(change.Before) != Fingerprint(change.After))];

    /// <summary>The fields whose change is reported; the number of texts alone is none of them.</summary>
    private static (DateTimeOffset?, long, long, long, long, long) Fingerprint(EventTimeUpdated eventTime) => (
        eventTime.Watermark, eventTime.Late, eventTime.TooLate, eventTime.Untracked, eventTime.ClockSkew.Values.Sum(),
        eventTime.ForeignLanguages.Values.Sum());

    /// <summary>Returns the checkpoint of the state if it is due, else the offsets.</summary>
    private IEnumerable<NewRecord> Checkpoint(DateTimeOffset now)
    {
        _isStatePending = _requiresState || Lost > 0 || _checkpoints?.IsDue(_recordsSinceState) != false;
        if (!_isStatePending)
            return [OutputRecords.OfOffsets(_writer.Write(new CommittedOffsets(_monitor.State.NextOffsets)), now)];
        return OutputRecords.Of(_checkpoints?.Measure(WriteState) ?? WriteState(), now);
    }

    private Checkpoint WriteState() => _writer.Write(_monitor.State);
}
