namespace StreamBert.Model.Evaluation;

/// <summary>Sums the counts of items and computes accuracy and F1. A class without support and predictions is not averaged.</summary>
/// <param name="classes">The number of classes.</param>
public sealed class ScoreCounter(int classes)
{
    private readonly long[] _support = new long[classes], _predicted = new long[classes], _correct = new long[classes];
    private long _decisions, _correctDecisions;

    /// <summary>Computes the scores of items.</summary>
    /// <param name="units">The items.</param>
    /// <param name="classes">The number of classes.</param>
    public static EvaluationScores Score(IReadOnlyList<EvaluationUnit> units, int classes)
    {
        var counter = new ScoreCounter(classes);
        foreach (var unit in units)
            counter.Add(unit);
        return counter.Compute();
    }

    /// <summary>Adds an item.</summary>
    public void Add(EvaluationUnit unit)
    {
        _decisions += unit.Decisions;
        _correctDecisions += unit.Correct;
        foreach (var count in unit.Counts)
        {
            _support[count.Class] += count.Support;
            _predicted[count.Class] += count.Predicted;
            _correct[count.Class] += count.Correct;
        }
    }

    /// <summary>Computes the scores of the added items.</summary>
    public EvaluationScores Compute()
    {
        var (f1, present) = (0.0, 0);
        for (var i = 0; i < _support.Length; i++)
        {
            if (_support[i] + _predicted[i] == 0)
                continue;
            f1 += ComputeF1(_support[i], _predicted[i], _correct[i]);
            present++;
        }
        return new(
            _decisions == 0 ? 0 : (double)_correctDecisions / _decisions,
            ComputeF1(_support.Sum(), _predicted.Sum(), _correct.Sum()),
            present == 0 ? 0 : f1 / present);
    }

    /// <summary>Removes all items.</summary>
    public void Clear()
    {
        (_decisions, _correctDecisions) = (0, 0);
        Array.Clear(_support);
        Array.Clear(_predicted);
        Array.Clear(_correct);
    }

    private static double ComputeF1(long support, long predicted, long correct) =>
        support + predicted == 0 ? 0 : 2.0 * correct / (support + predicted);
}
