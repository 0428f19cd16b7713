using StreamBert.Contracts;

namespace StreamBert.Inference.Routing;

/// <summary>Decides which queue, besides the predictions, a prediction goes to.</summary>
public static class Router
{
    /// <returns>The queue of the first route that matches, or null.</returns>
    public static string? Queue(IReadOnlyList<RouteOptions> routes, IReadOnlyDictionary<string, HeadPrediction> heads) =>
        routes.FirstOrDefault(route => heads.TryGetValue(route.Head, out var answer) && Matches(route, answer))?.Queue;

    private static bool Matches(RouteOptions route, HeadPrediction answer) =>
        (route.Labels.Count == 0 || route.Labels.Contains(answer.Label))
        && answer.Confidence >= route.MinConfidence
        && !(answer.Confidence >= route.BelowConfidence);
}
