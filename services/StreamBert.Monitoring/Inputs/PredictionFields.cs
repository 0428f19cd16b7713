namespace StreamBert.Monitoring.Inputs;

/// <summary>The fields of a prediction that its JSON has.</summary>
[Flags]
internal enum PredictionFields
{
    None = 0,
    Id = 1 << 0,
    Pipeline = 1 << 1,
    ModelVersion = 1 << 2,
    OccurredAt = 1 << 3,
    ClassifiedAt = 1 << 4,
    Heads = 1 << 5,
    Tokens = 1 << 6,
    Origin = 1 << 7,
    Timings = 1 << 8,
    ClaimedTime = 1 << 9,
    Attributes = 1 << 10,
    Subject = 1 << 11,
    Source = 1 << 12,
    Truncated = 1 << 13,
    Embedding = 1 << 14,
    Text = 1 << 15,
    Sealed = 1 << 16,
    Story = 1 << 17,
    UnknownTokens = 1 << 18,
    Entities = 1 << 19,
    Routes = 1 << 20,
    Notes = 1 << 21,
    ForeignLanguage = 1 << 22,

    /// <summary>The fields that every prediction has.</summary>
    Required = Id | Pipeline | ModelVersion | OccurredAt | ClassifiedAt | Heads | Tokens | Origin | Timings,
}
