using StreamBert.Contracts;

namespace StreamBert.Operations.Projection;

/// <summary>The topics that the Gateway follows.</summary>
internal static class OutputTopics
{
    /// <summary>Those of which the state store holds something.</summary>
    public static IReadOnlyList<string> Projected { get; }
        = [Topics.Predictions, Topics.Trends, Topics.EventTime, Topics.Alerts, Topics.Models];

    public static IReadOnlyList<string> All { get; } =
        [.. Projected, Topics.DeadLetter, Topics.Tokens];
}
