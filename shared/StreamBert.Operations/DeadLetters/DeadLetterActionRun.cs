using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Replays or discards the dead letters of one request in batches.</summary>
internal sealed class DeadLetterActionRun(IEventLog log, TimeProvider time, DeadLetterActionRun.Settings settings)
{
    private const int MaxBatch = 100;
    private const int MaxBatchBytes = 8 * 1024 * 1024;

    private readonly DeadLetterSelector _selector = new(log);
    private readonly ReplaySource _source = new(log);
    private readonly List<SelectedDeadLetter> _batch = [];
    private long _batchBytes;
    private int _done, _skipped, _unreplayable;

    private bool IsReplay => settings.State == DeadLetterStates.Replayed;

    public async Task<DeadLetterActionResult> RunAsync(CancellationToken cancellation)
    {
        var states = await _selector.ReadStatesAsync(cancellation);
        await foreach (var selected in _selector.SelectAsync(settings.Filter, states, cancellation))
        {
            if (!settings.IncludesHandled && states.ContainsKey(selected.Id))
                _skipped++;
            else
                await AddAsync(selected, cancellation);
            if (_batch.Count >= MaxBatch || _batchBytes >= MaxBatchBytes)
                await AppendBatchAsync(cancellation);
        }
        await AppendBatchAsync(cancellation);
        return new(_done, _skipped, _unreplayable);
    }

    private async Task AddAsync(SelectedDeadLetter selected, CancellationToken cancellation)
    {
        if ((IsReplay ? await _source.CompleteAsync(selected, cancellation) : selected) is { } complete)
        {
            _batch.Add(complete);
            _batchBytes += complete.Letter.Value?.Length ?? 0;
        }
        else
        {
            _unreplayable++;
        }
    }

    private async Task AppendBatchAsync(CancellationToken cancellation)
    {
        if (_batch.Count == 0)
            return;
        var now = time.GetUtcNow();
        IEnumerable<NewRecord> originals = IsReplay ? _batch.Select(ReplaySource.CreateRecord) : [];
        var actions = _batch.Select(selected => new DeadLetterActionRecord(selected.Id, settings.State, now, settings.Actor).ToRecord());
        var positions = await log.AppendAsync(
            [.. originals, .. actions, AuditTrail.Record(CreateAuditEntry(now))], cancellation, atomic: true);
        if (IsReplay)
            await AppendPositionsAsync(positions, now, cancellation);
        _done += _batch.Count;
        _batch.Clear();
        _batchBytes = 0;
    }

    /// <summary>
    /// Records where the replayed records are. If this fails the replay is still complete, and the list shows no position.
    /// </summary>
    private Task AppendPositionsAsync(IReadOnlyList<RecordPosition> positions, DateTimeOffset now, CancellationToken cancellation)
    {
        var actions = _batch.Zip(positions, (selected, position) => new DeadLetterActionRecord(
            selected.Id, DeadLetterActionRecord.Appended, now, settings.Actor, new(position.Topic, position.Partition, position.Offset)));
        return log.AppendAsync([.. actions.Select(static action => action.ToRecord())], cancellation);
    }

    private AuditEntry CreateAuditEntry(DateTimeOffset now)
    {
        var conditions = settings.Filter.GetConditions()
            .Select(static condition => KeyValuePair.Create($"filter.{condition.Key}", condition.Value));
        return new()
        {
            At = now,
            Actor = settings.Actor,
            Action = settings.AuditAction,
            Target = DeadLetterId.ToHeader(_batch[0].Id),
            Details = new Dictionary<string, string>(conditions)
            {
                ["count"] = _batch.Count.ToString(CultureInfo.InvariantCulture),
                ["letters"] = string.Join(' ', _batch.Select(static selected => selected.Id)),
            },
        };
    }

    /// <summary>Describes the action.</summary>
    /// <param name="Filter">Selects the dead letters.</param>
    /// <param name="Actor">The actor for the audit log.</param>
    /// <param name="IncludesHandled">Whether dead letters that were replayed or discarded before are included.</param>
    /// <param name="State">The new state.</param>
    /// <param name="AuditAction">The action for the audit log.</param>
    internal sealed record Settings(DeadLetterFilter Filter, string Actor, bool IncludesHandled, string State, string AuditAction);
}
