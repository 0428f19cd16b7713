using StreamBert.Gateway.Api.Endpoints;
using StreamBert.Gateway.Http.RateLimits;

namespace StreamBert.Gateway.Api;

/// <summary>Maps all resources under <c>/v1</c>.</summary>
internal static class ApiRoutes
{
    public static void MapApi(this WebApplication app)
    {
        var api = app.MapGroup("/v1").LimitConcurrency().DisableAntiforgery();
        api.MapTexts();
        api.MapClassify();
        api.MapExplain();
        api.MapFeedback();
        api.MapAnnotators();
        api.MapPredictions();
        api.MapPredictionIntake();
        api.MapTrends();
        api.MapAlerts();
        api.MapAcknowledgements();
        api.MapSilences();
        api.MapNotifications();
        api.MapRules();
        api.MapFairness();
        api.MapAccuracy();
        api.MapDrift();
        api.MapLabelling();
        api.MapModels();
        api.MapModelRequests();
        api.MapPipelines();
        api.MapTopics();
        api.MapDeadLetters();
        api.MapStatus();
        api.MapAudit();
        api.MapVerify();
        api.MapState();
        api.MapErasures();
        app.MapGroup("/v1").RequireRateLimiting(RateLimits.Streams).MapStream();
    }
}
