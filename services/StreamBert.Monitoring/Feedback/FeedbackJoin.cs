using StreamBert.Contracts;

namespace StreamBert.Monitoring.Feedback;

/// <summary>
/// Joins feedback with the predictions it is about, in either order of arrival, in bounded memory: predictions of the random sample are
/// held long, others shortly, and feedback that finds none waits for a while and then counts as unmatched. The last label of an annotator
/// on a text and head replaces the earlier one.
/// </summary>
internal sealed class FeedbackJoin(PipelineOptions pipeline, FeedbackState state, CountedLabels counted)
{
    /// <summary>The number of sampled predictions that are held: with one in 500, those of a million texts.</summary>
    public const int MaxSample = 2000;

    /// <summary>The number of other predictions that are held.</summary>
    public const int MaxRecent = 200;

    /// <summary>The number of feedback records that wait.</summary>
    public const int MaxWaiting = 1000;

    private readonly int _sampleEvery = pipeline.Monitor.Rules.Accuracy.SampleEvery;
    private readonly HeldDimensions _dimensions = new(pipeline);

    /// <summary>The ids that feedback waits for, so that most predictions cost one look-up.</summary>
    private readonly HashSet<string> _waitingIds = [.. state.Waiting.Select(static waiting => waiting.Id)];

    /// <summary>Holds a prediction, and joins feedback that waits for it.</summary>
    public void Add(TextClassified text)
    {
        var held = new HeldPrediction(text, _dimensions);
        if (_waitingIds.Remove(text.Id))
        {
            foreach (var waiting in state.Waiting.FindAll(waiting => waiting.Id == text.Id))
                Join(held, waiting);
            state.Waiting.RemoveAll(waiting => waiting.Id == text.Id);
        }
        if (RandomSample.Contains(text.Id, _sampleEvery))
        {
            held.ReleaseText();
            state.Sample.Add(held, MaxSample);
        }
        else
        {
            state.Recent.Add(held, MaxRecent);
        }
    }

    /// <summary>Joins feedback with its prediction, or with the label that it replaces, or lets it wait.</summary>
    public void Add(FeedbackReceived feedback)
    {
        var label = new WaitingFeedback(feedback.Id, feedback.Head, feedback.Label, feedback.Annotator);
        if ((state.Sample.Find(feedback.Id, feedback.Origin) ?? state.Recent.Find(feedback.Id, feedback.Origin)) is { } held)
            Join(held, label);
        else if (FindFormer(KeyOf(label.Id, label)) is { } former)
            Change(KeyOf(label.Id, label), former with { Label = label.Label });
        else
            Wait(label);
    }

    /// <summary>Withdraws the label of an annotator; one that is not known changes nothing.</summary>
    public void Withdraw(FeedbackWithdrawn withdrawal)
    {
        var label = new WaitingFeedback(withdrawal.Id, withdrawal.Head, "", withdrawal.Annotator);
        if (state.Waiting.RemoveAll(label.IsReplacedBy) > 0 && !state.Waiting.Exists(waiting => waiting.Id == label.Id))
            _waitingIds.Remove(label.Id);
        Change(KeyOf(label.Id, label), null);
    }

    /// <summary>Returns the changes of labels since the last call, which now count.</summary>
    /// <param name="time">The end of the window with which they count.</param>
    public IReadOnlyList<FeedbackChange> Take(DateTimeOffset time)
    {
        var changes = state.Changes;
        if (changes.Count > 0)
            state.Changes = [];
        foreach (var change in changes)
            counted.Set(new(change.Key, change.Given ?? change.Former!.Text, time) { IsWithdrawn = change.Given is null });
        return changes;
    }

    private void Join(HeldPrediction held, WaitingFeedback label)
    {
        if (!held.Heads.TryGetValue(label.Head, out var predicted))
            return; // the pipeline has no such head: there is nothing to compare
        Change(KeyOf(held.Id, label), new(label.Head, label.Label, predicted.Label, predicted.Confidence)
        {
            Cluster = held.Cluster,
            IsInSample = RandomSample.Contains(held.Id, _sampleEvery),
            Segments = held.Segments,
        });
    }

    private void Change(ulong key, LabelledPrediction? given)
    {
        var index = state.Changes.FindIndex(change => change.Key == key);
        var change = new FeedbackChange(key, given, index < 0 ? counted.Find(key) : state.Changes[index].Former);
        var isNothing = given is null && change.Removed is null;
        if (index < 0 && !isNothing)
            state.Changes.Add(change);
        else if (index >= 0 && isNothing)
            state.Changes.RemoveAt(index);
        else if (index >= 0)
            state.Changes[index] = change;
    }

    /// <summary>Returns the last labelled prediction of a key, for a text that is no longer held.</summary>
    private LabelledPrediction? FindFormer(ulong key) =>
        state.Changes.Find(change => change.Key == key)?.Given ?? counted.Find(key)?.Text;

    private void Wait(WaitingFeedback label)
    {
        if (!_waitingIds.Add(label.Id) && state.Waiting.FindIndex(label.IsReplacedBy) is >= 0 and var index)
        {
            state.Waiting[index] = label;
            return;
        }
        state.Waiting.Add(label);
        if (state.Waiting.Count <= MaxWaiting)
            return;
        var oldest = state.Waiting[0].Id;
        state.Waiting.RemoveAt(0);
        state.Unmatched++;
        if (!state.Waiting.Exists(waiting => waiting.Id == oldest))
            _waitingIds.Remove(oldest);
    }

    private static ulong KeyOf(string id, WaitingFeedback label) => StableHash.Of($"{id}\n{label.Head}\n{label.Annotator}");
}
