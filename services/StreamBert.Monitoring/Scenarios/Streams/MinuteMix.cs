namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>The distribution of the texts of a minute: a <see cref="StreamModel"/> evaluated at its start.</summary>
internal sealed class MinuteMix
{
    private readonly StreamModel _model;
    private readonly double[] _weights, _negative, _excess;
    private readonly Random _random;
    private readonly double _memory;
    private double _wandering;

    public MinuteMix(StreamModel model, Random random)
    {
        (_model, _random) = (model, random);
        (_weights, _negative) = (new double[model.Topics.Count], new double[model.Topics.Count]);
        _excess = new double[model.Conversations?.Groups.Count ?? 0];
        _memory = Math.Exp(-1 / model.WanderTime.TotalMinutes);
        _wandering = random.Normal();
    }

    public double Rate { get; private set; }
    public double Positive { get; private set; }
    public double NewVocabulary { get; private set; }
    public double Hardness { get; private set; }
    public string Version { get; private set; } = "";

    /// <summary>The weights of the topics up to each one.</summary>
    public double[] CumulativeWeights => _weights;

    /// <summary>Evaluates the model at a minute, which follows the one before.</summary>
    public void MoveTo(StreamTime time)
    {
        _wandering = _memory * _wandering + Math.Sqrt(1 - _memory * _memory) * _random.Normal();
        (Rate, Positive) = (_model.Rate(time), _model.Positive(time));
        (NewVocabulary, Hardness, Version) = (_model.NewVocabulary(time), _model.Hardness(time), _model.Version(time));
        var sum = 0.0;
        for (var topic = 0; topic < _weights.Length; topic++)
        {
            _weights[topic] = sum += _model.Weight(time, topic);
            _negative[topic] = _model.Negative(time, topic) + _model.Wander * _wandering;
        }
        for (var group = 0; group < _excess.Length; group++)
            _excess[group] = _model.Conversations!.Excess(time, group);
    }

    /// <summary>The share of negative texts of a topic in a group of conversations; without conversations the group is null.</summary>
    public double NegativeOf(int topic, int? group) =>
        Math.Clamp(_negative[topic] + (group is { } number ? _excess[number] : 0), 0.001, 0.999);
}
