using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>What the copies of a story or the texts of a conversation have in common.</summary>
internal sealed record Story
{
    public required HeadPrediction Sentiment { get; init; }
    public required HeadPrediction Topic { get; init; }
    public required string TrueSentiment { get; init; }
    public required string TrueTopic { get; init; }
    public required string Text { get; init; }
    public required ulong Hash { get; init; }
    public required float[] Embedding { get; init; }
    public required int Tokens { get; init; }
    public required int UnknownTokens { get; init; }
    public required string Source { get; init; }
    public string? Subject { get; init; }
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}
