using StreamBert.Contracts;

namespace StreamBert.Monitoring.Feedback;

/// <summary>
/// Joins feedback with the predictions it is about, in either order of arrival, in bounded memory: predictions of the random sample are
/// held long, others shortly, and feedback that finds none waits for a while and then counts as unmatched.
/// </summary>
internal sealed class FeedbackJoin(PipelineOptions pipeline, FeedbackState state)
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
                Join(held, waiting.Head, waiting.Label);
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

    /// <summary>Joins feedback with its prediction, or lets it wait.</summary>
    public void Add(FeedbackReceived feedback)
    {
        if ((state.Sample.Find(feedback.Id, feedback.Origin) ?? state.Recent.Find(feedback.Id, feedback.Origin)) is { } held)
        {
            Join(held, feedback.Head, feedback.Label);
            return;
        }
        state.Waiting.Add(new(feedback.Id, feedback.Head, feedback.Label));
        _waitingIds.Add(feedback.Id);
        if (state.Waiting.Count <= MaxWaiting)
            return;
        var oldest = state.Waiting[0].Id;
        state.Waiting.RemoveAt(0);
        state.Unmatched++;
        if (!state.Waiting.Exists(waiting => waiting.Id == oldest))
            _waitingIds.Remove(oldest);
    }

    /// <summary>Returns what was joined since the last call.</summary>
    public IReadOnlyList<LabelledPrediction> Take()
    {
        var joined = state.Joined;
        if (joined.Count > 0)
            state.Joined = [];
        return joined;
    }

    private void Join(HeldPrediction held, string head, string label)
    {
        if (!held.Heads.TryGetValue(head, out var predicted))
            return; // the pipeline has no such head: there is nothing to compare
        state.Joined.Add(new(head, label, predicted.Label, predicted.Confidence)
        {
            Cluster = held.Cluster,
            IsInSample = RandomSample.Contains(held.Id, _sampleEvery),
            Segments = held.Segments,
        });
    }
}
