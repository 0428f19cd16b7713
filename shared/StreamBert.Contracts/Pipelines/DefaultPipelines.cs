namespace StreamBert.Contracts;

/// <summary>Contains the built-in pipelines.</summary>
public static class DefaultPipelines
{
    /// <summary>The pipeline for financial news.</summary>
    public static PipelineOptions FinancialNews { get; } = new()
    {
        Name = "financial-news",
        Heads = ["sentiment", "topic"],
        Monitor = new() { Rules = new() { Segments = ["head:topic"] } },
    };

    /// <summary>The pipeline for support chats.</summary>
    public static PipelineOptions SupportChat { get; } = new()
    {
        Name = "support-chat",
        Heads = ["intent", "sentiment"],
        Monitor = new() { Rules = new() { Segments = ["head:intent"], Fairness = [new() { Attribute = "region" }] } },
        Routes = [new() { Queue = "human-review", Head = "intent", BelowConfidence = 0.5 }],
        Privacy = new() { Redact = ["email", "phone", "card", "iban", "id", "ip"] },
    };

    /// <summary>All built-in pipelines.</summary>
    public static IReadOnlyList<PipelineOptions> All { get; } = [FinancialNews, SupportChat];
}
