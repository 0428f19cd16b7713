using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;

namespace StreamBert.Gateway.Http.Problems;

/// <summary>Problem documents (RFC 9457) with a stable type and what to do.</summary>
internal static class ProblemResponses
{
    /// <summary>What is wrong is quoted, and may be as large as a body.</summary>
    private const int MaxDetail = 2_048;
    private const int MaxInstance = 256;

    public const string MediaType = "application/problem+json";
    internal const string TypePrefix = "urn:streambert:problem:";
    private static readonly PathString[] ApiPaths = ["/v1", "/health", "/openapi", "/metrics"];

    public static ProblemDetails Create(HttpContext context, int status, string code, string title, string detail) => new()
    {
        Type = TypePrefix + code,
        Title = title,
        Status = status,
        Detail = Excerpt.Truncate(detail, MaxDetail),
        Instance = Excerpt.Truncate(context.Request.Path.Value ?? "", MaxInstance),
        Extensions = { ["traceId"] = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier },
    };

    /// <summary>Writes it in the protocol that the client speaks.</summary>
    public static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value
            .SerializerOptions;
        if (ErrorFormat.Of(context) is { } dialect)
        {
            (context.Response.StatusCode, var body) = dialect.Say(problem);
            return context.Response.WriteAsJsonAsync(body, body.GetType(), json, MediaTypes.Json, context.RequestAborted);
        }
        context.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        return context.Response.WriteAsJsonAsync(problem, problem.GetType(), json, MediaType, context.RequestAborted);
    }

    /// <summary>Gives the API's bare 404, 405 and the like a problem document; the dashboard's pages keep their own.</summary>
    public static void UseProblemsForEmptyAnswers(this WebApplication app) =>
        app.UseWhen(
            static context => IsApi(context),
            static branch => branch.UseStatusCodePages(static pages => WriteAsync(pages.HttpContext, ForStatus(pages.HttpContext))));

    /// <summary>Whether a program asks, and not a person's browser for a page.</summary>
    public static bool IsApi(HttpContext context) =>
        ApiPaths.Any(path => context.Request.Path.StartsWithSegments(path)) || ErrorFormat.Of(context) is not null;

    private static ProblemDetails ForStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (status == StatusCodes.Status404NotFound && context.GetEndpoint() is null
            && AllowedMethods.Of(context) is { Count: > 0 } allowed)
        {
            (status, context.Response.Headers.Allow) = (StatusCodes.Status405MethodNotAllowed, string.Join(", ", allowed));
        }

        var request = $"{context.Request.Method} {context.Request.Path}";
        var (code, detail) = status switch
        {
            StatusCodes.Status404NotFound => ("not-found", $"There is no {request}. The API is described at /docs."),
            StatusCodes.Status405MethodNotAllowed => ("method-not-allowed", $"{request} is not possible; allowed: {context.Response.Headers.Allow}."),
            StatusCodes
                .Status415UnsupportedMediaType => ("media-type", $"The body is declared as '{context.Request.ContentType ?? "nothing"}'. "
                + $"Set Content-Type to {MediaTypes.Json}, or to {MediaTypes.JsonLines} for one object a line where many are taken."),
            _ => ("http", $"{request} was refused. The API is described at /docs."),
        };
        return Create(context, status, code, ReasonPhrases.GetReasonPhrase(status), detail);
    }
}
