using StreamBert.Contracts;

namespace StreamBert.Gateway.Following;

/// <summary>Lists the topics whose new records the Gateway follows.</summary>
internal static class FollowedTopics
{
    public static IReadOnlyList<string> All { get; } =
    [
        Topics.Predictions, Topics.Trends, Topics.EventTime, Topics.Alerts, Topics.Models, Topics.DeadLetter, Topics.Tokens,
        Topics.RulesPreviews,
    ];
}
