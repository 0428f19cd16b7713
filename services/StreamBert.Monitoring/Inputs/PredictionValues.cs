using StreamBert.Contracts;

namespace StreamBert.Monitoring.Inputs;

/// <summary>The values of a prediction that is being parsed.</summary>
internal record struct PredictionValues
{
    public string? Id { get; set; }
    public string? Text { get; set; }
    public string? Story { get; set; }
    public string? Subject { get; set; }
    public string? Source { get; set; }
    public string? Pipeline { get; set; }
    public string? ModelVersion { get; set; }
    public string? ForeignLanguage { get; set; }
    public int Tokens { get; set; }
    public int UnknownTokens { get; set; }
    public bool Truncated { get; set; }
    public DateTimeOffset OccurredAt { get; set; }
    public DateTimeOffset ClassifiedAt { get; set; }
    public DateTimeOffset? ClaimedTime { get; set; }
    public byte[]? Sealed { get; set; }
    public SmallMap<HeadPrediction>? Heads { get; set; }
    public SmallMap<string>? Attributes { get; set; }
    public Entity[]? Entities { get; set; }
    public float[]? Embedding { get; set; }
    public RecordPosition? Origin { get; set; }
    public StageTimings? Timings { get; set; }

    /// <summary>Returns the prediction; null if a required string is missing.</summary>
    public readonly TextClassified? ToPrediction() =>
        Id is null || Pipeline is null || ModelVersion is null || Heads is null || Origin is null || Timings is null ? null : new()
        {
            Id = Id,
            Pipeline = Pipeline,
            ModelVersion = ModelVersion,
            OccurredAt = OccurredAt,
            ClaimedTime = ClaimedTime,
            ClassifiedAt = ClassifiedAt,
            Heads = Heads,
            Entities = Entities,
            Attributes = Attributes ?? SmallMap<string>.Empty,
            Subject = Subject,
            Source = Source,
            Tokens = Tokens,
            UnknownTokens = UnknownTokens,
            Story = Story ?? BufferedPrediction.StoryOf(Text),
            ForeignLanguage = ForeignLanguage,
            Truncated = Truncated,
            Embedding = Embedding,
            Origin = Origin,
            Text = BufferedPrediction.Truncate(Text),
            Sealed = Sealed,
            Timings = Timings,
        };
}
