using StreamBert.Contracts;

namespace StreamBert.Operations.Projection;

/// <summary>Lists the topics that are projected into the state store.</summary>
internal static class ProjectedTopics
{
    public static IReadOnlyList<string> All { get; } =
    [
        Topics.Predictions, Topics.Trends, Topics.EventTime, Topics.Fairness, Topics.Accuracy, Topics.Drift, Topics.Alerts, Topics.Models,
    ];
}
