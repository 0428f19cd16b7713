using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record PipelineView(
    string Name,
    IReadOnlyList<string> Inputs,
    string Model,
    [property: Description(
        "Head → its labels; none while no model has been announced and nothing was classified, and of a head that names entities.")] IReadOnlyDictionary<string, IReadOnlyList<string>> Heads,
    IReadOnlyList<StreamBert.Contracts.RouteOptions> Routes,
    MonitorOptions Monitor,
    bool KeepText,
    int MaxTextBytes);

internal sealed record PipelineList(IReadOnlyList<PipelineView> Pipelines);

internal static class PipelinesEndpoint
{
    public static void MapPipelines(this RouteGroupBuilder api) => api.MapGet("/pipelines", GetAsync).RequireRole(Roles.Read)
        .WithTags("Pipelines").WithName("getPipelines")
        .WithSummary("Read the configured pipelines")
        .WithDescription("The first is the default where a request names none.")
        .Produces<PipelineList>().WithProblems(429);

    private static async Task<PipelineList> GetAsync(PipelineCatalog pipelines, LabelCatalog labels, CancellationToken cancellation) =>
        new(await Task.WhenAll(pipelines.All.Select(pipeline => ViewAsync(pipeline, labels, cancellation))));

    private static async Task<PipelineView> ViewAsync(PipelineOptions pipeline, LabelCatalog labels, CancellationToken cancellation)
    {
        var known = await labels.OfAsync(pipeline.Name, cancellation);
        var heads = pipeline.Heads.ToDictionary(static head => head, head => known.GetValueOrDefault(head) ?? []);
        return new(
            pipeline.Name,
            pipeline.Inputs,
            pipeline.Model,
            heads,
            pipeline.Routes,
            pipeline.Monitor,
            pipeline.Privacy.KeepText,
            pipeline.MaxTextBytes);
    }
}
