using StreamBert.Contracts;

namespace StreamBert.Operations.Ledger;

/// <summary>The names of the consumer groups whose progress the ledger shows.</summary>
internal static class ConsumerGroups
{
    public const string Inference = "inference";
    public const string InferenceInteractive = "inference-interactive";
    public const string InferenceExplain = "inference-explain";
    public const string InferenceTokenize = "inference-tokenize";
    public const string Monitoring = "monitoring";
    public const string Training = "training";

    /// <summary>The group that reads an input topic.</summary>
    public static string Of(string topic) => topic switch
    {
        Topics.Interactive => InferenceInteractive,
        Topics.Explain => InferenceExplain,
        _ => Inference,
    };
}
