namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>
/// Describes a stream of predictions as functions of time, which are evaluated once a minute. The defaults are a calm stream of
/// independent texts.
/// </summary>
internal sealed record StreamModel
{
    /// <summary>The share of texts that are wrongly answered with little confidence when nothing is wrong.</summary>
    private const double UsualHardness = 0.2;

    /// <summary>The labels of the head that is not <c>sentiment</c>.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>The name of that head.</summary>
    public string TopicHead { get; init; } = "topic";

    /// <summary>Whether texts have a sentiment; otherwise <see cref="TopicHead"/> is the only head.</summary>
    public bool HasSentiment { get; init; } = true;

    /// <summary>The number of templates that the log lines of a label follow; 0 for news, in which every story has its own words.</summary>
    public int LogTemplates { get; init; }

    /// <summary>The mean number of stories (conversations, if there are any) in a minute.</summary>
    public required Func<StreamTime, double> Rate { get; init; }

    /// <summary>The weight of a topic, by its number.</summary>
    public Func<StreamTime, int, double> Weight { get; init; } = static (_, _) => 1;

    /// <summary>The share of texts of a topic that are predicted negative.</summary>
    public Func<StreamTime, int, double> Negative { get; init; } = static (_, _) => 0.2;

    /// <summary>The share of positive among the texts that are not negative.</summary>
    public Func<StreamTime, double> Positive { get; init; } = static _ => 0.3;

    /// <summary>
    /// The standard deviation of a wandering of the negative share, a Gaussian AR(1) process with the correlation time <see
    /// cref="WanderTime"/>; 0 for none.
    /// </summary>
    public double Wander { get; init; }

    /// <summary>The time after which the correlation of the wandering has fallen to 1/e.</summary>
    public TimeSpan WanderTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The mean number of copies of a story, the first included; their number is geometric.</summary>
    public double MeanCopies { get; init; } = 1;

    /// <summary>The mean time after which a copy arrives; it is exponential and at most an hour.</summary>
    public TimeSpan CopyDelay { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Conversations instead of single texts; null for none.</summary>
    public ConversationModel? Conversations { get; init; }

    /// <summary>The share of texts with a new vocabulary: other words and embeddings, 8 % unknown tokens.</summary>
    public Func<StreamTime, double> NewVocabulary { get; init; } = static _ => 0;

    /// <summary>The share of texts that the model finds hard: their confidence is about 0.55 instead of 0.88.</summary>
    public Func<StreamTime, double> Hardness { get; init; } = static _ => UsualHardness;

    /// <summary>The version of the model.</summary>
    public Func<StreamTime, string> Version { get; init; } = static _ => "default-v1";

    /// <summary>The share of texts of producers whose clocks are <see cref="Skew"/> ahead.</summary>
    public double SkewedShare { get; init; }

    /// <summary>How far the clocks of some producers are ahead.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The share of texts of a source that is polled; they arrive together at every <see cref="PollEvery"/>.</summary>
    public double PolledShare { get; init; }

    /// <summary>The interval of the polled source.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>
/// Describes conversations of one mood: all texts of a conversation have its subject, group and sentiment, so that they are one cluster.
/// </summary>
internal sealed record ConversationModel
{
    /// <summary>The values of the attribute <c>region</c>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = ["east", "north", "south", "west"];

    /// <summary>The least and the largest number of texts; each number is as likely as another.</summary>
    public (int Least, int Most) Length { get; init; } = (3, 8);

    /// <summary>The mean time between two texts.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The additional share of negative conversations of a group, by its number.</summary>
    public Func<StreamTime, int, double> Excess { get; init; } = static (_, _) => 0;
}
