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
        "The labels by head; none before the model is known, and none for a head that recognizes entities.")] IReadOnlyDictionary<string,
            IReadOnlyList<string>> Heads,
    IReadOnlyList<StreamBert.Contracts.RouteOptions> Routes,
    MonitorOptions Monitor,
    bool KeepText,
    int MaxTextBytes);

internal sealed record PipelineList(IReadOnlyList<PipelineView> Pipelines);

/// <summary>Lists the configured pipelines.</summary>
internal static class PipelinesEndpoint
{
    public static void MapPipelines(this RouteGroupBuilder api) => api.MapGet("/pipelines", GetAsync).RequireRole(Roles.Read)
        .WithTags("Pipelines").WithName("getPipelines")
        .WithSummary("Read the configured pipelines")
        .WithDescription("The first one is the default of requests that name none.")
        .Produces<PipelineList>().WithProblems(429);

    private static async Task<PipelineList> GetAsync(PipelineCatalog pipelines, LabelCatalog labels, CancellationToken cancellation) =>
        new(await Task.WhenAll(pipelines.All.Select(pipeline => ViewAsync(pipeline, labels, cancellation))));

    private static async Task<PipelineView> ViewAsync(PipelineOptions pipeline, LabelCatalog labels, CancellationToken cancellation)
    {
        var known = await labels.GetAsync(pipeline.Name, cancellation);
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
