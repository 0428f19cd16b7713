using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Api.Compatibility.TextEmbeddings;

internal sealed record TextEmbeddingsError(string Error, [property: JsonPropertyName("error_type")] string ErrorType);

/// <summary>Holds an error of the OpenAI routes.</summary>
internal sealed record TextEmbeddingsOpenAiError(string Message, int Code, string Type);

/// <summary>Formats errors like Text Embeddings Inference.</summary>
internal static class TextEmbeddingsErrors
{
    public const string Validation = "Validation";
    public const string Backend = "Backend";

    /// <summary>The code of the problem of an empty input.</summary>
    private const string EmptyCode = "empty";

    public static ApiException Empty(string field) =>
        new(StatusCodes.Status400BadRequest, EmptyCode, "The input is empty", $"Input validation error: `{field}` cannot be empty");

    public static ApiException BatchSize(int given, int maximum) =>
        ApiException.Invalid($"batch size {given} > maximum allowed batch size {maximum} (Gateway:MaxClassifyTexts)");

    /// <summary>Reports a route that requires a model of another kind.</summary>
    public static ApiException WrongModel(string reason)
        => new(StatusCodes.Status424FailedDependency, "wrong-model", "The model does not support this", $"Backend error: {reason}");

    public static (int Status, object Body) Format(ProblemDetails problem)
    {
        var (status, type) = Classify(problem);
        return (status, new TextEmbeddingsError(GetDetail(problem), type));
    }

    public static (int Status, object Body) FormatAsOpenAi(ProblemDetails problem)
    {
        var (status, type) = Classify(problem);
        return (status, new TextEmbeddingsOpenAiError(GetDetail(problem), status, type));
    }

    private static string GetDetail(ProblemDetails problem) => problem.Detail ?? problem.Title!;

    /// <summary>
    /// A batch that is too large, a text that is too long and a field of the wrong form are all 422 there, whatever its API description
    /// says; JSON that
    /// cannot be parsed is 400, and a body that is too large 413.
    /// </summary>
    private static (int Status, string Type) Classify(ProblemDetails problem) => problem.Status switch
    {
        400 when problem.Type == ProblemResponses.TypePrefix + EmptyCode => (400, "Empty"),
        400 when problem.Type == ProblemResponses.TypePrefix + ApiException.InvalidCode => (422, Validation),
        400 or 404 or 405 or 413 or 415 => (problem.Status.Value, Validation),
        401 or 403 => (problem.Status.Value, "Unauthorized"),
        429 => (429, "Overloaded"),
        503 => (503, "Unhealthy"),
        _ => (424, Backend),
    };
}
