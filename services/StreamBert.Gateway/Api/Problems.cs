using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Api;

/// <summary>How an endpoint that speaks another server's protocol words its failures: the status and the body.</summary>
internal sealed record ErrorDialect(Func<ProblemDetails, (int Status, object Body)> Say);

/// <summary>Problem documents (RFC 9457) with a stable type and what to do.</summary>
internal static class Problems
{
    public const string MediaType = "application/problem+json";
    internal const string TypePrefix = "urn:streambert:problem:";
    private static readonly PathString[] ApiPaths = ["/v1", "/v2", "/health", "/info", "/predict", "/embed", "/openapi", "/metrics"];

    public static ProblemDetails Create(HttpContext context, int status, string code, string title, string detail) => new()
    {
        Type = TypePrefix + code,
        Title = title,
        Status = status,
        Detail = detail,
        Instance = context.Request.Path,
        Extensions = { ["traceId"] = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier },
    };

    /// <summary>Writes it in the endpoint's own way if it has an <see cref="ErrorDialect"/>.</summary>
    public static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<ErrorDialect>() is { } dialect)
        {
            (context.Response.StatusCode, var body) = dialect.Say(problem);
            return context.Response.WriteAsJsonAsync(body, body.GetType(), json, RequestBody.Json, context.RequestAborted);
        }
        context.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        return context.Response.WriteAsJsonAsync(problem, problem.GetType(), json, MediaType, context.RequestAborted);
    }

    /// <summary>Gives the API's bare 404, 405 and the like a problem document; the dashboard's pages keep their own.</summary>
    public static void UseProblemsForEmptyAnswers(this WebApplication app) =>
        app.UseWhen(static context => IsApi(context.Request.Path), branch => branch.UseStatusCodePages(pages => WriteAsync(pages.HttpContext, ForStatus(pages.HttpContext))));

    public static bool IsApi(PathString asked) => ApiPaths.Any(path => asked.StartsWithSegments(path));

    private static ProblemDetails ForStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var request = $"{context.Request.Method} {context.Request.Path}";
        var (code, detail) = status switch
        {
            StatusCodes.Status404NotFound => ("not-found", $"There is no {request}. The API is described at /docs."),
            StatusCodes.Status405MethodNotAllowed => ("method-not-allowed", $"{request} is not possible; allowed: {context.Response.Headers.Allow}."),
            StatusCodes.Status415UnsupportedMediaType => ("media-type", $"The body is declared as '{context.Request.ContentType ?? "nothing"}'. "
                + $"Set Content-Type to {RequestBody.Json}, or to {RequestBody.JsonLines} for one object a line where many are taken."),
            _ => ("http", $"{request} was refused. The API is described at /docs."),
        };
        return Create(context, status, code, ReasonPhrases.GetReasonPhrase(status), detail);
    }
}
