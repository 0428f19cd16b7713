using System.ComponentModel;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Holds a text whose prediction the client waits for.</summary>
internal sealed record ClassifyRequest
{
    [Description("The text to classify.")]
    public required string Text { get; init; }

    [Description("The pipeline; default: the first one.")]
    public string? Pipeline { get; init; }

    [Description("The deadline in milliseconds; default 5,000, at most 30,000 unless configured otherwise.")]
    public int? DeadlineMs { get; init; }
}

/// <summary>Classifies one text while the client waits.</summary>
internal static class ClassifyEndpoint
{
    public static void MapClassify(this RouteGroupBuilder api) => api.MapPost("/classify", PostAsync).RequireRole(Roles.Ingest)
        .WithTags("Texts").WithName("classify")
        .WithSummary("Classify one text now")
        .WithDescription(
            "Appends the text to the topic that workers read first and returns its prediction. If no worker responds before the "
                + "deadline, the response is 504 "
            + "with the id of the text; a text that no worker has started by then is not computed but dead-lettered with the reason "
            + "`deadline-passed`. The response "
            + "is 429 with `Retry-After`, and nothing is written, if so many requests are pending that the prediction would come too "
            + "late. 422 if the text cannot be classified.")
        .Accepts<ClassifyRequest>(MediaTypes.Json)
        .Produces<TextClassified>()
        .WithProblems(400, 413, 415, 422, 429, 503, 504);

    private static async Task<TextClassified> PostAsync(
        HttpContext context, InteractiveClassifier classifier, TextAppender texts, IOptions<GatewayOptions> options,
        CancellationToken cancellation)
    {
        var item = await RequestBodyReader.ReadItemAsync<ClassifyRequest>(context, cancellation);
        var request = item.Value;
        var pipeline = InteractiveRequest.FindPipeline(texts, request.Text, request.Pipeline);
        var deadline = InteractiveRequest.ParseDeadline(request.DeadlineMs, options.Value);
        var prediction = await classifier.ClassifyAsync(request.Text, pipeline.Name, deadline, cancellation);
        return RequestNotes.Of([item]) is { } notes ? prediction with { Notes = notes } : prediction;
    }
}
