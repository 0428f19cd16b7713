using StreamBert.Contracts;

namespace StreamBert.Inference.Outputs;

/// <summary>Selects the queue that gets a copy of a prediction.</summary>
internal static class RouteSelector
{
    /// <returns>The queue of the first route that matches, or null.</returns>
    public static string? SelectQueue(IReadOnlyList<RouteOptions> routes, IReadOnlyDictionary<string, HeadPrediction> heads) =>
        routes.FirstOrDefault(route => heads.TryGetValue(route.Head, out var prediction) && Matches(route, prediction))?.Queue;

    private static bool Matches(RouteOptions route, HeadPrediction prediction) =>
        (route.Labels.Count == 0 || route.Labels.Contains(prediction.Label))
        && prediction.Confidence >= route.MinConfidence
        && !(prediction.Confidence >= route.BelowConfidence)
        && (route.MinOutOfDistribution is not { } minimum || prediction.OutOfDistribution >= minimum);
}
