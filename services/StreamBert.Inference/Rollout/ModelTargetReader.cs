using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Rollout;

/// <summary>Reads from the topic <c>models</c> which version of each model is to serve.</summary>
internal sealed class ModelTargetReader(IEventLog log, RefusedVersions refused, UnusableRecords unusable, TimeProvider time)
{
    private readonly Dictionary<int, long> _nextOffsets = [];
    private readonly Dictionary<string, ModelTarget> _promoted = [];

    /// <summary>
    /// Reads the topic to its end and returns the targets of each model in the order of their records; the last one is to serve.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<ModelTarget>>> ReadToEndAsync(CancellationToken cancellation)
    {
        var targets = new List<ModelTarget>();
        await foreach (var record in log.ReadToEndAsync(Topics.Models, null, cancellation))
        {
            if (ReadTarget(record) is { } target)
                targets.Add(target);
        }
        return targets.GroupBy(static target => target.Model)
            .ToDictionary(static model => model.Key, static model => (IReadOnlyList<ModelTarget>)[.. model]);
    }

    /// <summary>Yields each new target, from the end of what has been read.</summary>
    public async IAsyncEnumerable<ModelTarget> TailAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var records in log.TailAsync(Topics.Models, _nextOffsets, cancellation))
        {
            foreach (var record in records)
            {
                if (ReadTarget(record) is { } target)
                    yield return target;
            }
        }
    }

    private ModelTarget? ReadTarget(LogRecord record)
    {
        _nextOffsets[record.Position.Partition] = record.Position.Offset + 1;
        var logged = LoggedEvent.Read(record, time.GetUtcNow());
        if (logged.Fault is { } fault)
            unusable.Report("models", record.Position, fault, "It is skipped; the serving version does not change.");
        refused.Observe(logged.Event);
        return WithPromotedChecksums(ModelTarget.FromEvent(logged.Event));
    }

    /// <summary>A rollback names a version without checksums: those of its promotion apply.</summary>
    private ModelTarget? WithPromotedChecksums(ModelTarget? target)
    {
        if (target is null)
            return null;
        var key = $"{target.Model}/{target.Version}";
        if (target.Sha256 is not null)
            return _promoted[key] = target;
        return _promoted.TryGetValue(key, out var promoted) && promoted.Directory == target.Directory ? promoted : target;
    }
}
