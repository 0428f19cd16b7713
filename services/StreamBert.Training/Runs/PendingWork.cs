using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Annotators;

namespace StreamBert.Training.Runs;

/// <summary>
/// Counts the feedback and the requests on each model since its last run, which decide when the next run is due. A label that replaces
/// another counts once, one that is withdrawn or whose annotator is excluded not at all. Not thread-safe.
/// </summary>
/// <param name="excluded">The annotators whose labels do not count while they are excluded.</param>
internal sealed class PendingWork(ExcludedAnnotators excluded)
{
    private readonly Dictionary<string, Dictionary<Annotator, Dictionary<AnnotationKey, PendingFeedback>>> _feedback =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, List<RequestedRun>> _requests = new(StringComparer.Ordinal);

    /// <summary>Whether there is feedback since the last run of its model.</summary>
    public bool HasFeedback => _feedback.Values.Any(static annotators => annotators.Values.Any(static labels => labels.Count > 0));

    /// <summary>Returns the number of feedback records on a model since its last run.</summary>
    public int CountFeedback(string model) => _feedback.GetValueOrDefault(model, [])
        .Where(given => !excluded.Contains(given.Key.Pipeline, given.Key.Name)).Sum(static given => given.Value.Count);

    public void AddFeedback(string model, FeedbackReceived feedback, RecordPosition position)
    {
        if (!_feedback.TryGetValue(model, out var annotators))
            _feedback[model] = annotators = [];
        var key = AnnotationKey.Of(feedback);
        if (!annotators.TryGetValue(Annotator.Of(key), out var pending))
            annotators[Annotator.Of(key)] = pending = [];
        pending[key] = new(feedback.OccurredAt, position);
        RecordCount(model);
    }

    /// <summary>Removes the label that is withdrawn, unless it was given later.</summary>
    public void Withdraw(FeedbackWithdrawn withdrawal, RecordPosition position)
    {
        var key = AnnotationKey.Of(withdrawal);
        foreach (var (model, annotators) in _feedback)
        {
            if (annotators.TryGetValue(Annotator.Of(key), out var pending) && pending.TryGetValue(key, out var given)
                && given.IsBefore(withdrawal.OccurredAt, position) && pending.Remove(key))
            {
                RecordCount(model);
            }
        }
    }

    public void AddRequest(string model, RecordPosition position, string by)
    {
        if (!_requests.TryGetValue(model, out var requests))
            _requests[model] = requests = [];
        requests.Add(new(position, by));
    }

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
        foreach (var pending in _feedback.GetValueOrDefault(model, []).Values)
        {
            foreach (var (key, _) in pending.Where(given => IsUsed(given.Value.Position)).ToList())
                pending.Remove(key);
        }
        _requests.GetValueOrDefault(model)?.RemoveAll(request => IsUsed(request.Position));
        RecordCount(model);
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

    private void RecordCount(string model) =>
        TrainingMetrics.PendingFeedback.Record(CountFeedback(model), new KeyValuePair<string, object?>("model", model));

    private readonly record struct Annotator(string Pipeline, string Name)
    {
        public static Annotator Of(AnnotationKey key) => new(key.Pipeline, key.Annotator);
    }

    private readonly record struct PendingFeedback(DateTimeOffset GivenAt, RecordPosition Position)
    {
        public bool IsBefore(DateTimeOffset time, RecordPosition position) =>
            (GivenAt, Position.Offset).CompareTo((time, position.Offset)) < 0;
    }

    private sealed record RequestedRun(RecordPosition Position, string By);
}
