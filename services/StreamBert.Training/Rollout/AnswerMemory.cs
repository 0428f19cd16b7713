using StreamBert.Contracts;

namespace StreamBert.Training.Rollout;

/// <summary>
/// The newest answers of a trial by pipeline and id of their text, for the feedback on them. Their number is bounded.
/// </summary>
internal sealed class AnswerMemory
{
    private const int Capacity = 100_000;

    private readonly Dictionary<ulong, (bool IsCandidate, Dictionary<string, string> Labels)> _answers = [];
    private readonly Queue<ulong> _oldestFirst = new();

    public void Add(TextClassified prediction, bool isCandidate)
    {
        var key = KeyOf(prediction.Pipeline, prediction.Id);
        if (!_answers.TryAdd(key, (isCandidate, prediction.Heads.ToDictionary(static head => head.Key, static head => head.Value.Label))))
            return;
        _oldestFirst.Enqueue(key);
        if (_oldestFirst.Count > Capacity)
            _answers.Remove(_oldestFirst.Dequeue());
    }

    /// <summary>Returns the answer of a head to a text, with the id that the prediction stores; null if there is none.</summary>
    /// <param name="pipeline">The pipeline of the text.</param>
    /// <param name="ids">The id of the text as predictions may store it.</param>
    /// <param name="head">The head.</param>
    public (string Id, bool IsCandidate, string Label)? Find(string pipeline, IEnumerable<string> ids, string head)
    {
        foreach (var id in ids)
        {
            if (_answers.TryGetValue(KeyOf(pipeline, id), out var answer) && answer.Labels.TryGetValue(head, out var label))
                return (id, answer.IsCandidate, label);
        }
        return null;
    }

    private static ulong KeyOf(string pipeline, string id) => StableHash.Of($"{pipeline}/{id}");
}
