using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>Draws stories from the distribution of a minute.</summary>
internal sealed class StoryFactory
{
    private const double UnknownShare = 0.01, NewUnknownShare = 0.08;
    private const int MinimumTokens = 9;
    private const double MeanFurtherTokens = 6;

    /// <summary>The labels of the head <c>sentiment</c>, in the order in which <see cref="Wording"/> knows them.</summary>
    private static readonly string[] Sentiments = ["negative", "neutral", "positive"];

    private static readonly string[] Sources = ["newswire", "exchange", "blog"];

    private readonly StreamModel _model;
    private readonly AnswerTable _sentiments = new(Sentiments), _topics;
    private readonly Embeddings _embeddings;
    private readonly Random _random;
    private readonly Dictionary<string, string>[] _groups;
    private readonly Dictionary<string, int> _topicNumbers;
    private long _number;

    public StoryFactory(StreamModel model, Random random)
    {
        (_model, _random, _topics) = (model, random, new(model.Topics));
        _topicNumbers = model.Topics.Index().ToDictionary(static topic => topic.Item, static topic => topic.Index);
        _embeddings = new(model.Topics.Count, random);
        _groups = [.. (model.Conversations?.Groups ?? []).Select(static group => new Dictionary<string, string> { ["region"] = group })];
    }

    /// <summary>Draws a story, or the mood and group of a conversation.</summary>
    public Story Create(MinuteMix mix, bool isPolled)
    {
        int? group = _groups.Length > 0 ? _random.Next(_groups.Length) : null;
        var topic = _random.Index(mix.CumulativeWeights);
        var story = Create(mix, topic, DrawSentiment(mix, topic, group), isPolled);
        return group is { } number
            ? story with { Subject = $"customer-{_number}", Attributes = _groups[number] }
            : story;
    }

    /// <summary>Draws a further text of a conversation: other words of the same mood, to the same topic.</summary>
    public Story Continue(Story story, MinuteMix mix)
    {
        var topic = _topicNumbers[story.Topic.Label];
        var next = Create(mix, topic, Array.IndexOf(Sentiments, story.Sentiment.Label), isPolled: false);
        return next with { Subject = story.Subject, Attributes = story.Attributes };
    }

    private Story Create(MinuteMix mix, int topic, int sentiment, bool isPolled)
    {
        var isNew = mix.NewVocabulary > 0 && _random.NextDouble() < mix.NewVocabulary;
        var (felt, read) = (_sentiments.Of(sentiment, DrawConfidence(mix)), _topics.Of(topic, DrawConfidence(mix)));
        var tokens = MinimumTokens + _random.Poisson(MeanFurtherTokens);
        var (trueSentiment, trueTopic) = (_sentiments.DrawTruth(felt, sentiment, _random), _topics.DrawTruth(read, topic, _random));
        var (text, hash) = _model.LogTemplates > 0 ? DrawLine(topic) : Compose(topic, sentiment, isNew);
        return new()
        {
            Sentiment = felt,
            Topic = read,
            TrueSentiment = trueSentiment,
            TrueTopic = trueTopic,
            Text = text,
            Hash = hash,
            Embedding = _embeddings.Draw(topic, sentiment == 0, isNew, _random),
            Tokens = tokens,
            UnknownTokens = Math.Min(tokens, _random.Poisson(tokens * (isNew ? NewUnknownShare : UnknownShare))),
            Source = isPolled ? "polled" : Sources[_random.Next(Sources.Length)],
        };
    }

    /// <summary>Composes a text that no other story has; its hash is random, so that it is nobody's near-duplicate.</summary>
    private (string Text, ulong Hash) Compose(int topic, int sentiment, bool isNew)
    {
        var text = Wording.Compose(_model.Topics[topic], sentiment, isNew, ++_number, _random);
        return (text, (ulong)_random.NextInt64() << 1 ^ (ulong)_random.NextInt64());
    }

    private (string Text, ulong Hash) DrawLine(int label)
    {
        var line = Wording.LogLine(_model.Topics[label], _random.Next(_model.LogTemplates));
        return (line, SimHash.Of(line));
    }

    private int DrawSentiment(MinuteMix mix, int topic, int? group)
    {
        if (_random.NextDouble() < mix.NegativeOf(topic, group))
            return 0;
        return _random.NextDouble() < mix.Positive ? 2 : 1;
    }

    /// <summary>Draws a confidence: about 0.55 of a hard text, about 0.88 of another one.</summary>
    private double DrawConfidence(MinuteMix mix)
    {
        var spread = _random.NextDouble() + _random.NextDouble() - 1;
        return _random.NextDouble() < mix.Hardness ? 0.55 + 0.15 * spread : 0.88 + 0.11 * spread;
    }
}
