using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Validates the common fields of requests whose clients wait for a prediction.</summary>
internal static class InteractiveRequest
{
    /// <summary>Finds the pipeline of a text and checks that there is a text.</summary>
    /// <exception cref="ApiException">The text is missing, or the pipeline does not exist or has no model.</exception>
    public static PipelineOptions FindPipeline(TextAppender texts, string? text, string? pipeline)
    {
        if (text is null)
            throw ApiException.Invalid("text is missing.");
        var found = texts.FindPipeline(pipeline) ?? throw ApiException.Invalid(texts.DescribeUnknownPipeline(pipeline));
        return found.Predictions is null
            ? found
            : throw ApiException.Invalid($"The pipeline '{found.Name}' takes the predictions of a model that is served elsewhere; it has "
                + "no model of its own for a text.");
    }

    /// <summary>Reads the deadline; null for the default.</summary>
    /// <exception cref="ApiException">It is out of range.</exception>
    public static TimeSpan? ParseDeadline(int? milliseconds, GatewayOptions options) => milliseconds switch
    {
        null => null,
        >= 1 when milliseconds <= options.MaxClassifyDeadline.TotalMilliseconds => TimeSpan.FromMilliseconds(milliseconds.Value),
        _ => throw ApiException.Invalid(
            $"deadlineMs is {milliseconds}; it must be between 1 and {options.MaxClassifyDeadline.TotalMilliseconds:F0}."),
    };
}
