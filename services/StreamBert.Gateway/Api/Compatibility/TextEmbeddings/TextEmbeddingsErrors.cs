using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Api.Compatibility.TextEmbeddings;

internal sealed record TextEmbeddingsError(string Error, [property: JsonPropertyName("error_type")] string ErrorType);

/// <summary>How that server words the errors of its OpenAI routes.</summary>
internal sealed record TextEmbeddingsOpenAiError(string Message, int Code, string Type);

/// <summary>The statuses and types of error of Text Embeddings Inference.</summary>
internal static class TextEmbeddingsErrors
{
    public const string Validation = "Validation";
    public const string Backend = "Backend";

    /// <summary>The code of the problem that an empty input is.</summary>
    private const string EmptyCode = "empty";

    public static ApiException Empty(string what) =>
        new(StatusCodes.Status400BadRequest, EmptyCode, "Nothing to work on", $"Input validation error: `{what}` cannot be empty");

    public static ApiException BatchSize(int given, int most) =>
        ApiException.Invalid($"batch size {given} > maximum allowed batch size {most} (Gateway:MaxClassifyTexts)");

    /// <summary>What a model of another kind would do.</summary>
    public static ApiException WrongModel(string why)
        => new(StatusCodes.Status424FailedDependency, "wrong-model", "Not for this model", $"Backend error: {why}");

    public static (int Status, object Body) Say(ProblemDetails problem)
    {
        var (status, type) = Kind(problem);
        return (status, new TextEmbeddingsError(Detail(problem), type));
    }

    public static (int Status, object Body) SayAsOpenAi(ProblemDetails problem)
    {
        var (status, type) = Kind(problem);
        return (status, new TextEmbeddingsOpenAiError(Detail(problem), status, type));
    }

    private static string Detail(ProblemDetails problem) => problem.Detail ?? problem.Title!;

    /// <summary>
    /// A batch that is too large, a text that is too long and a field of the wrong form are all 422 there, whatever its API description
    /// says; JSON that
    /// cannot be parsed is 400, and a body that is too large 413.
    /// </summary>
    private static (int Status, string Type) Kind(ProblemDetails problem) => problem.Status switch
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
