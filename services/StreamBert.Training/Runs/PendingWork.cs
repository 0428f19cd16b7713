using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Training.Runs;

/// <summary>
/// Counts the feedback and the requests on each model since its last run, which decide when the next run is due. Not thread-safe.
/// </summary>
internal sealed class PendingWork
{
    private readonly Dictionary<string, List<RecordPosition>> _feedback = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<RequestedRun>> _requests = new(StringComparer.Ordinal);

    /// <summary>Returns the number of feedback records on a model since its last run.</summary>
    public int CountFeedback(string model) => _feedback.GetValueOrDefault(model)?.Count ?? 0;

    public void AddFeedback(string model, RecordPosition position)
    {
        ListOf(_feedback, model).Add(position);
        TrainingMetrics.PendingFeedback.Record(CountFeedback(model), new KeyValuePair<string, object?>("model", model));
    }

    public void AddRequest(string model, RecordPosition position, string by) => ListOf(_requests, model).Add(new(position, by));

    /// <summary>Returns the runs of models that have a request, or as many pending feedback records as start a run.</summary>
    /// <param name="threshold">Returns the number of feedback records that start a run of a model.</param>
    public IReadOnlyList<DueRun> FindDue(Func<string, int> threshold) =>
    [
        .. _feedback.Keys.Concat(_requests.Keys).Distinct().Order(StringComparer.Ordinal).Select(model => FindDue(model, threshold))
            .OfType<DueRun>(),
    ];

    /// <summary>Removes what was before the end offsets of a run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ends">The end offset of each partition of the feedback topic.</param>
    public void Complete(string model, IReadOnlyList<long> ends)
    {
        bool IsUsed(RecordPosition position) => position.Offset < ends.ElementAtOrDefault(position.Partition);
        ListOf(_feedback, model).RemoveAll(IsUsed);
        ListOf(_requests, model).RemoveAll(request => IsUsed(request.Position));
        TrainingMetrics.PendingFeedback.Record(CountFeedback(model), new KeyValuePair<string, object?>("model", model));
    }

    public void Clear()
    {
        _feedback.Clear();
        _requests.Clear();
    }

    private DueRun? FindDue(string model, Func<string, int> threshold)
    {
        if (_requests.GetValueOrDefault(model) is { Count: > 0 } requests)
        {
            return new(
                model, TrainingCauses.Request, $"requested by {requests[^1].By}", [.. requests.Select(static request => request.Position)]);
        }
        var count = CountFeedback(model);
        return count < threshold(model) ? null : new(
            model, TrainingCauses.Count, string.Create(CultureInfo.InvariantCulture, $"{count} new feedback records"), []);
    }

    private static List<T> ListOf<T>(Dictionary<string, List<T>> lists, string model)
    {
        if (!lists.TryGetValue(model, out var list))
            lists[model] = list = [];
        return list;
    }

    private sealed record RequestedRun(RecordPosition Position, string By);
}
