using StreamBert.Contracts;

namespace StreamBert.Tests.Training.Rollout;

/// <summary>
/// Simulates the predictions of a canary: conversations of several texts, each answered by one version, whose labels depend on each other.
/// </summary>
/// <param name="isClustered">Whether a conversation is negative or not as a whole; else its texts are independent.</param>
internal sealed class TrialStream(int seed, double share = 0.3, double negative = 0.3, bool isClustered = true, int textsPerKey = 5)
{
    public const string Candidate = "default-v2";
    public const string Champion = "default-v1";
    private readonly Random _random = new(seed);
    private int _conversations;

    public static RolloutChanged Rollout { get; } = new()
    {
        Model = "default",
        Version = Candidate,
        Champion = Champion,
        Stage = RolloutStages.Canary,
        Share = 0.3,
        Directory = "default/default-v2",
        Sha256 = "ab",
        ChangedAt = DateTimeOffset.UnixEpoch,
        By = "test",
        Reason = "test",
    };

    /// <summary>Returns the predictions of the next conversation.</summary>
    /// <param name="answer">Maps the label that the champion gives to that of the candidate.</param>
    public IEnumerable<TextClassified> Next(Func<string, string>? answer = null)
    {
        var isCandidate = _random.NextDouble() < share;
        var own = !isClustered ? negative : _random.NextDouble() < negative ? 0.95 : 0.02;
        var key = $"k{seed}-{_conversations++}";
        for (var text = 0; text < textsPerKey; text++)
        {
            var label = _random.NextDouble() < own ? "negative" : _random.NextDouble() < 0.6 ? "neutral" : "positive";
            yield return Prediction(
                $"{key}/{text}", isCandidate ? Candidate : Champion, isCandidate && answer is not null ? answer(label) : label, key);
        }
    }

    public static TextClassified Prediction(string id, string version, string label, string? subject = null, double modelMs = 4) => new()
    {
        Id = id,
        Pipeline = "news",
        ModelVersion = version,
        OccurredAt = DateTimeOffset.UnixEpoch,
        ClassifiedAt = DateTimeOffset.UnixEpoch,
        Heads = new Dictionary<string, HeadPrediction> { ["sentiment"] = new(label, 1, new Dictionary<string, double>()) },
        Subject = subject,
        Tokens = 8,
        Origin = new("texts.news", 0, 0),
        Timings = new(1, modelMs, 4),
    };
}
