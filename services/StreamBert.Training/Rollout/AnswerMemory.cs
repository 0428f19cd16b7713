using StreamBert.Contracts;

namespace StreamBert.Training.Rollout;

/// <summary>The newest answers of a trial by the id of their text, for the feedback on them. Their number is bounded.</summary>
internal sealed class AnswerMemory
{
    private const int Capacity = 100_000;

    private readonly Dictionary<ulong, (bool IsCandidate, Dictionary<string, string> Labels)> _answers = [];
    private readonly Queue<ulong> _oldestFirst = new();

    public void Add(TextClassified prediction, bool isCandidate)
    {
        var key = StableHash.Of(prediction.Id);
        if (!_answers.TryAdd(key, (isCandidate, prediction.Heads.ToDictionary(static head => head.Key, static head => head.Value.Label))))
            return;
        _oldestFirst.Enqueue(key);
        if (_oldestFirst.Count > Capacity)
            _answers.Remove(_oldestFirst.Dequeue());
    }

    /// <summary>Returns the answer of a head to a text, once; null if there is none.</summary>
    /// <param name="ids">The id of the text as predictions may store it.</param>
    public (bool IsCandidate, string Label)? Take(IEnumerable<string> ids, string head)
    {
        foreach (var id in ids)
        {
            if (_answers.TryGetValue(StableHash.Of(id), out var answer) && answer.Labels.Remove(head, out var label))
                return (answer.IsCandidate, label);
        }
        return null;
    }
}
