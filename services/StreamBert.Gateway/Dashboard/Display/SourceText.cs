using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes what reads a topic.</summary>
internal static class SourceText
{
    /// <summary>Names the task of a consumer group.</summary>
    public static string Group(string group) => group switch
    {
        ConsumerGroups.Inference => "Inference: classifies texts",
        ConsumerGroups.InferenceInteractive => "Inference: classifies texts that clients wait for",
        ConsumerGroups.InferenceExplain => "Inference: explains texts",
        ConsumerGroups.InferenceTokenize => "Inference: tokenizes texts",
        ConsumerGroups.Monitoring => "Monitoring: counts predictions",
        ConsumerGroups.Alerting => "Alerting: decides about messages",
        ConsumerGroups.Training => "Training: collects feedback",
        _ => group,
    };

    /// <summary>Formats a rate; a rate that is not measured yet is no zero.</summary>
    public static string Rate(double? perSecond) => perSecond switch
    {
        null => "measuring",
        0 => "0 per s",
        < 1 => $"{DisplayText.Number(60 * perSecond.Value)} per min",
        _ => $"{DisplayText.Number(perSecond.Value)} per s",
    };
}
