namespace StreamBert.Training.Annotators;

/// <summary>
/// Estimates the true labels of items together with the errors of the annotators by expectation-maximization (Dawid and Skene 1979,
/// "Maximum likelihood estimation of observer error-rates using the EM algorithm"). An annotator who confuses two labels is corrected, and
/// one who labels at random has no weight.
/// </summary>
internal sealed class DawidSkene
{
    private const int MaximumSteps = 200;
    private const double Tolerance = 1e-6;

    /// <summary>Added to each count of an annotator's confusions, so that few labels do not make an annotator infallible.</summary>
    private const double PseudoCount = 0.01;

    private readonly Vote[][] _votes;
    private readonly Dictionary<int, int> _items;
    private readonly Dictionary<string, int> _annotators;
    private readonly double[][] _probabilities;
    private readonly double[] _prevalence;
    private readonly double[][,] _confusions;

    private DawidSkene(IReadOnlyCollection<Annotation> annotations)
    {
        Labels = [.. annotations.Select(static annotation => annotation.Label).Distinct().Order(StringComparer.Ordinal)];
        _annotators = Number(annotations.Select(static annotation => annotation.Annotator));
        _items = Number(annotations.Select(static annotation => annotation.Item));
        var labels = Number(Labels);
        var votes = annotations.ToLookup(
            annotation => _items[annotation.Item], annotation => new Vote(_annotators[annotation.Annotator], labels[annotation.Label]));
        _votes = [.. Enumerable.Range(0, _items.Count).Select(item => votes[item].ToArray())];
        _probabilities = [.. _votes.Select(item => Normalize(CountVotes(item)))];
        _prevalence = new double[Labels.Count];
        _confusions = [.. _annotators.Select(_ => new double[Labels.Count, Labels.Count])];
    }

    /// <summary>The labels that were given, in ordinal order: the order of all arrays of this type.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The estimated shares of the true labels.</summary>
    public IReadOnlyList<double> Prevalence => _prevalence;

    /// <summary>Estimates labels and errors; deterministic. An annotator may label an item several times.</summary>
    public static DawidSkene Estimate(IReadOnlyCollection<Annotation> annotations)
    {
        var model = new DawidSkene(annotations);
        for (var step = 0; step < MaximumSteps; step++)
        {
            model.Maximize();
            if (model.Expect() < Tolerance)
                break;
        }
        return model;
    }

    /// <summary>Returns the probability of each label of an item.</summary>
    public IReadOnlyList<double> ProbabilitiesOf(int item) => _probabilities[_items[item]];

    /// <summary>Returns the probability that an annotator gives the second label to an item with the first one.</summary>
    public double ErrorRate(string annotator, int trueLabel, int givenLabel) => _confusions[_annotators[annotator]][trueLabel, givenLabel];

    private static Dictionary<T, int> Number<T>(IEnumerable<T> values)
        where T : notnull =>
        values.Distinct().Index().ToDictionary(static value => value.Item, static value => value.Index);

    private double[] CountVotes(Vote[] votes)
    {
        var counts = new double[Labels.Count];
        foreach (var vote in votes)
            counts[vote.Label]++;
        return counts;
    }

    private static double[] Normalize(double[] values)
    {
        var sum = values.Sum();
        return [.. values.Select(value => value / sum)];
    }

    private void Maximize()
    {
        Array.Clear(_prevalence);
        foreach (var confusion in _confusions)
            Array.Clear(confusion);
        foreach (var (item, probabilities) in _probabilities.Index())
        {
            foreach (var (label, probability) in probabilities.Index())
            {
                _prevalence[label] += probability / _probabilities.Length;
                foreach (var vote in _votes[item])
                    _confusions[vote.Annotator][label, vote.Label] += probability;
            }
        }
        foreach (var confusion in _confusions)
            NormalizeRows(confusion);
    }

    private void NormalizeRows(double[,] confusion)
    {
        for (var row = 0; row < Labels.Count; row++)
        {
            var sum = 0.0;
            for (var column = 0; column < Labels.Count; column++)
                sum += confusion[row, column] += PseudoCount;
            for (var column = 0; column < Labels.Count; column++)
                confusion[row, column] /= sum;
        }
    }

    /// <returns>The largest change of a probability.</returns>
    private double Expect()
    {
        var largest = 0.0;
        foreach (var (item, votes) in _votes.Index())
        {
            var logs = new double[Labels.Count];
            for (var label = 0; label < logs.Length; label++)
                logs[label] = Math.Log(_prevalence[label]) + votes.Sum(vote => Math.Log(_confusions[vote.Annotator][label, vote.Label]));
            var maximum = logs.Max();
            var probabilities = Normalize([.. logs.Select(log => Math.Exp(log - maximum))]);
            largest = Math.Max(largest, probabilities.Zip(_probabilities[item], static (now, before) => Math.Abs(now - before)).Max());
            _probabilities[item] = probabilities;
        }
        return largest;
    }

    private readonly record struct Vote(int Annotator, int Label);
}
