using System.ComponentModel;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>A text whose answer is awaited.</summary>
internal sealed record ClassifyRequest
{
    [Description("The text to classify.")]
    public required string Text { get; init; }

    [Description("The pipeline; default: the first configured.")]
    public string? Pipeline { get; init; }

    [Description("How long to wait for the answer, in milliseconds; default 5,000, at most 30,000 unless configured otherwise.")]
    public int? DeadlineMs { get; init; }
}

internal static class ClassifyEndpoint
{
    public static void MapClassify(this RouteGroupBuilder api) => api.MapPost("/classify", PostAsync).RequireRole(Roles.Ingest)
        .WithTags("Texts").WithName("classify")
        .WithSummary("Classify one text now")
        .WithDescription(
            "Appends the text to the topic that workers read first and answers with its prediction. If no worker answers before the deadline the answer is 504 "
            + "with the text's id; what no worker has begun by then is not computed but dead-lettered with the reason `deadline-passed`. 429 with `Retry-After` at once, "
            + "and nothing is written, if so much is asked already that the answer would come too late. 422 if the text cannot be classified at all.")
        .Accepts<ClassifyRequest>(MediaTypes.Json)
        .Produces<TextClassified>()
        .WithProblems(400, 413, 415, 422, 429, 503, 504);

    private static async Task<TextClassified> PostAsync(
        HttpContext context, InteractiveClassifier classifier, TextAppender intake, IOptions<GatewayOptions> options, CancellationToken cancellation)
    {
        var item = await RequestBodyReader.ReadItemAsync<ClassifyRequest>(context, cancellation);
        var request = item.Value;
        if (request.Text is null) throw ApiException.Invalid("text is missing.");
        if (intake.Pipeline(request.Pipeline) is null) throw ApiException.Invalid(intake.UnknownPipeline(request.Pipeline));
        var prediction = await classifier.ClassifyAsync(
            request.Text,
            request.Pipeline,
            Deadline(request.DeadlineMs, options.Value),
            cancellation);
        return RequestNotes.Of([item]) is { } notes ? prediction with { Notes = notes } : prediction;
    }

    internal static TimeSpan? Deadline(int? milliseconds, GatewayOptions options) => milliseconds switch
    {
        null => null,
        >= 1 when milliseconds <= options.MaxClassifyDeadline.TotalMilliseconds => TimeSpan.FromMilliseconds(milliseconds.Value),
        _ => throw ApiException.Invalid(
            $"deadlineMs is {milliseconds}; it must be between 1 and {options.MaxClassifyDeadline.TotalMilliseconds:F0}."),
    };
}
