using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;

namespace StreamBert.Gateway.Http.Problems;

/// <summary>Creates and writes problem documents (RFC 9457) with a stable type and a detail that tells what to do.</summary>
internal static class ProblemResponses
{
    public const string MediaType = "application/problem+json";
    internal const string TypePrefix = "urn:streambert:problem:";

    /// <summary>The maximum length of a detail, which may quote a large body.</summary>
    private const int MaxDetailLength = 2_048;
    private const int MaxInstanceLength = 256;
    private static readonly PathString[] ApiPaths = ["/v1", "/health", "/openapi", "/metrics"];

    public static ProblemDetails Create(HttpContext context, int status, string code, string title, string detail) => new()
    {
        Type = TypePrefix + code,
        Title = title,
        Status = status,
        Detail = Excerpt.Truncate(detail, MaxDetailLength),
        Instance = Excerpt.Truncate(context.Request.Path.Value ?? "", MaxInstanceLength),
        Extensions = { ["traceId"] = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier },
    };

    /// <summary>Writes a problem in the format of the client's protocol.</summary>
    public static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        var services = context.RequestServices;
        var json = services.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        if (ErrorFormat.Find(context) is { } format)
        {
            (context.Response.StatusCode, var body) = format.Format(problem);
            return context.Response.WriteAsJsonAsync(body, body.GetType(), json, MediaTypes.Json, context.RequestAborted);
        }
        context.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        return context.Response.WriteAsJsonAsync(problem, problem.GetType(), json, MediaType, context.RequestAborted);
    }

    /// <summary>
    /// Adds problem documents to error responses of the API without a body, such as 404 and 405; pages of the dashboard have their own.
    /// </summary>
    public static void UseProblemsForEmptyResponses(this WebApplication app) => app.UseWhen(
        static context => IsApi(context),
        static branch => branch.UseStatusCodePages(static pages => WriteAsync(pages.HttpContext, CreateForStatus(pages.HttpContext))));

    /// <summary>Whether the request is one to the API, not for a page.</summary>
    public static bool IsApi(HttpContext context) =>
        ApiPaths.Any(path => context.Request.Path.StartsWithSegments(path)) || ErrorFormat.Find(context) is not null;

    private static ProblemDetails CreateForStatus(HttpContext context)
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
            StatusCodes.Status404NotFound => ("not-found", $"{request} does not exist. The API is described at /docs."),
            StatusCodes.Status405MethodNotAllowed => ("method-not-allowed", $"{request} is not supported; allowed: "
                + $"{context.Response.Headers.Allow}."),
            StatusCodes.Status415UnsupportedMediaType => (
                "media-type",
                $"The Content-Type is '{context.Request.ContentType ?? "missing"}'. Set it to {MediaTypes.Json}, or to "
                    + $"{MediaTypes.JsonLines} for one object per line where several are accepted."),
            _ => ("http", $"{request} was rejected. The API is described at /docs."),
        };
        return Create(context, status, code, ReasonPhrases.GetReasonPhrase(status), detail);
    }
}
