using StreamBert.Contracts;

namespace StreamBert.Gateway.Projection;

/// <summary>The topics that the Gateway follows.</summary>
internal static class OutputTopics
{
    public static IReadOnlyList<string> All { get; } =
        [Topics.Predictions, Topics.DeadLetter, Topics.Trends, Topics.Alerts, Topics.Models];
}
