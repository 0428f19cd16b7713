using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;
using StreamBert.Monitoring.Sessions;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>
/// Reads the inputs of the monitor from a log, without joining a group: the recorded predictions in the steps that Inference recorded, so
/// that a backtest sees what the service saw, late texts included; the changes of rules, the profiles of the models, and feedback from the
/// time on at which it was given.
/// </summary>
internal sealed class LogInputs(IEventLog log, PipelineCatalog catalog, PipelineOptions pipeline, BacktestSettings settings)
{
    private readonly MonitorRecordReader _records = new(catalog);
    private DateTimeOffset _lastReport = DateTimeOffset.MinValue;

    /// <summary>The number of records that are neither a prediction nor progress; they are left out.</summary>
    public long Unusable { get; private set; }

    /// <summary>Returns the inputs up to the present end of the log.</summary>
    public IEnumerable<MonitorInput> Read(InputSequencer sequencer, CancellationToken cancellation)
    {
        foreach (var change in RuleChanges(cancellation))
            yield return change;
        foreach (var profile in Profiles(cancellation))
            yield return profile;
        var feedback = Feedback(cancellation);
        using var predictions = Records(Topics.Predictions, cancellation).GetEnumerator();
        foreach (var record in Records(Topics.Progress, cancellation))
        {
            if (record is not MonitorRecord.ProgressRecord { Value: var progress })
            {
                Unusable++;
                continue;
            }
            _lastReport = progress.At > _lastReport ? progress.At : _lastReport;
            while (feedback.TryPeek(out _, out var given) && given.OccurredAt <= Limit(progress).At)
                yield return feedback.Dequeue();
            yield return new MonitorInput.Progress(Limit(progress));
            while (sequencer.IsWaiting && predictions.MoveNext())
                yield return ToInput(predictions.Current);
            if (sequencer.IsWaiting)
                yield return new MonitorInput.EndOfPredictions();
        }
        if (settings.To is { } to)
            yield return new MonitorInput.Progress(Limit(End(to)));
    }

    /// <summary>Returns the changes of rules, all of them before the first text: each states the windows to which it applies.</summary>
    private IEnumerable<MonitorInput> RuleChanges(CancellationToken cancellation) => settings.AppliesRuleChanges
        ? OptionalRecords(Topics.Rules, cancellation).OfType<MonitorRecord.RulesRecord>()
            .Select(static record => new MonitorInput.RuleChange(record.Value))
        : [];

    /// <summary>Returns the profiles of models, all of them before the first text: each states the version that it describes.</summary>
    private IEnumerable<MonitorInput> Profiles(CancellationToken cancellation) =>
        OptionalRecords(Topics.Models, cancellation).OfType<MonitorRecord.ProfileRecord>()
            .Select(static record => new MonitorInput.ModelProfile(record.Value));

    /// <summary>Returns the feedback and its withdrawals by the time at which they were given, else in the order of the log.</summary>
    private PriorityQueue<MonitorInput, (DateTimeOffset OccurredAt, int Index)> Feedback(CancellationToken cancellation)
    {
        var feedback = new PriorityQueue<MonitorInput, (DateTimeOffset, int)>();
        foreach (var (index, record) in OptionalRecords(Topics.Feedback, cancellation).Index())
        {
            if (record is MonitorRecord.LabelRecord { Value: var given })
                feedback.Enqueue(new MonitorInput.Feedback(given), (given.OccurredAt, index));
            else if (record is MonitorRecord.WithdrawalRecord { Value: var withdrawal })
                feedback.Enqueue(new MonitorInput.Withdrawal(withdrawal), (withdrawal.OccurredAt, index));
        }
        return feedback;
    }

    private IEnumerable<MonitorRecord> Records(string topic, CancellationToken cancellation) =>
        log.ReadToEndAsync(topic, null, cancellation).ToBlockingEnumerable(cancellation).SelectMany(record => _records.Read([record]));

    /// <summary>Returns the records of a topic that a log of an earlier version may lack.</summary>
    private IEnumerable<MonitorRecord> OptionalRecords(string topic, CancellationToken cancellation) =>
        log.DescribeAsync(null, cancellation).GetAwaiter().GetResult().Any(partition => partition.Topic == topic)
            ? Records(topic, cancellation)
            : [];

    /// <summary>A prediction outside of the period is left out like an unusable one: its step does not wait for it.</summary>
    private MonitorInput ToInput(MonitorRecord record)
    {
        switch (record)
        {
            case MonitorRecord.PredictionRecord { Value: var prediction }:
                return settings.Covers(prediction.OccurredAt)
                    ? new MonitorInput.Prediction(prediction, record.Record.Position.Partition)
                    : new MonitorInput.InvalidPrediction(prediction.Origin);
            case MonitorRecord.InvalidRecord { Origin: { } origin }:
                Unusable++;
                return new MonitorInput.InvalidPrediction(origin);
            default:
                Unusable++;
                return new MonitorInput.InvalidPrediction(record.Record.Position);
        }
    }

    /// <summary>Ends the event time of a report with the period, so that no window after it closes.</summary>
    private InputProgress Limit(InputProgress progress)
    {
        if (settings.To is not { } to)
            return progress;
        var last = to + pipeline.Monitor.AllowedLateness;
        return progress with
        {
            At = progress.At < last ? progress.At : last,
            Partitions = [.. progress.Partitions.Select(part => part.EventTime > last ? part with { EventTime = last } : part)],
        };
    }

    /// <summary>Returns the report that closes every window before the end of the period, if the partitions are idle.</summary>
    private InputProgress End(DateTimeOffset to) => new()
    {
        Topic = pipeline.Inputs[0],
        Partitions = [new(0, 0, 0, [], to + pipeline.Monitor.AllowedLateness)],
        At = _lastReport,
        Ends = new Dictionary<string, IReadOnlyList<long>>(),
    };
}
