using StreamBert.Contracts;

namespace StreamBert.Inference;

/// <summary>The consumer groups of the service.</summary>
internal static class InferenceGroups
{
    /// <summary>The consumer group of the pipelines' input topics.</summary>
    public const string Bulk = "inference";

    /// <summary>The consumer group of <see cref="Topics.Interactive"/>.</summary>
    public const string Interactive = "inference-interactive";

    /// <summary>The consumer group of <see cref="Topics.Explain"/>.</summary>
    public const string Explain = "inference-explain";

    /// <summary>The consumer group of <see cref="Topics.Tokenize"/>.</summary>
    public const string Tokenize = "inference-tokenize";
}
