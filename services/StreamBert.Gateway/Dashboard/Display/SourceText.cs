using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes what reads a topic.</summary>
internal static class SourceText
{
    /// <summary>Names the task of a consumer group.</summary>
    public static string Group(string group) => group switch
    {
        ConsumerGroups.Inference => L["Inference: classifies texts"],
        ConsumerGroups.InferenceInteractive => L["Inference: classifies texts that clients wait for"],
        ConsumerGroups.InferenceExplain => L["Inference: explains texts"],
        ConsumerGroups.InferenceTokenize => L["Inference: tokenizes texts"],
        ConsumerGroups.Monitoring => L["Monitoring: counts predictions"],
        ConsumerGroups.Alerting => L["Alerting: decides about messages"],
        ConsumerGroups.Training => L["Training: collects feedback"],
        _ => group,
    };

    /// <summary>Formats a rate; a rate that is not measured yet is no zero.</summary>
    public static string Rate(double? perSecond) => perSecond switch
    {
        null => L["measuring"],
        0 => L["0 per s"],
        < 1 => L["{0} per min", DisplayText.Number(60 * perSecond.Value)],
        _ => L["{0} per s", DisplayText.Number(perSecond.Value)],
    };
}
