using StreamBert.Contracts;

namespace StreamBert.Training.Rollout;

/// <summary>What one version answered in a trial.</summary>
internal sealed class TrialArm
{
    private readonly Dictionary<(string Pipeline, string Head), ClusteredCounts> _labels = [];

    public long Texts { get; private set; }

    /// <summary>The number of feedback records on the answers, and of those that confirm them.</summary>
    public (int Count, int Correct) Feedback { get; private set; }

    public IReadOnlyDictionary<(string Pipeline, string Head), ClusteredCounts> Labels => _labels;

    public LatencySums Latency { get; } = new();

    public void Add(TextClassified prediction)
    {
        Texts++;
        Latency.Add(prediction.Timings);
        var cluster = prediction.Subject ?? prediction.Story ?? prediction.Id;
        var bucket = (int)(StableHash.Of(cluster) % ClusteredCounts.Buckets);
        foreach (var (head, answer) in prediction.Heads)
        {
            if (!_labels.TryGetValue((prediction.Pipeline, head), out var counts))
                _labels[(prediction.Pipeline, head)] = counts = new();
            counts.Add(bucket, answer.Label);
        }
    }

    public void AddFeedback(bool isCorrect) => ChangeFeedback(isCorrect, 1);

    public void RemoveFeedback(bool isCorrect) => ChangeFeedback(isCorrect, -1);

    private void ChangeFeedback(bool isCorrect, int change) =>
        Feedback = (Feedback.Count + change, Feedback.Correct + (isCorrect ? change : 0));
}
