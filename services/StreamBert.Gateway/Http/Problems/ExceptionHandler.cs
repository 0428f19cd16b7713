using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Gateway.Http.Problems;

/// <summary>Turns every failure of a request into its problem document.</summary>
internal sealed partial class ExceptionHandler(ILogger<ExceptionHandler> logger) : IExceptionHandler
{
    private const int MaxErrors = 100;
    private const int MaxErrorChars = 512;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        try
        {
            await ProblemResponses.WriteAsync(httpContext, Describe(httpContext, exception));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone meanwhile, perhaps in the middle of its request.
        }
        return true;
    }

    /// <summary>What a client is told of a failure.</summary>
    public ProblemDetails Describe(HttpContext context, Exception exception)
    {
        ProblemDetails Problem(int status, string code, string title, string? detail = null) =>
            ProblemResponses.Create(context, status, code, title, detail ?? exception.Message);

        switch (exception)
        {
            case ApiException known:
                return Problem(known.Status, known.Code, known.Title);
            case InvalidRequestException invalid:
                var problem = Problem(
                    400,
                    ApiException.InvalidCode,
                    "The input is not valid",
                    "Nothing was written. Correct the fields under 'errors' and send it again.");
                problem.Extensions["errors"] = Told(invalid.Errors);
                return problem;
            case TextTooLargeException:
                return Problem(413, "too-large", "A text is too large");
            case ClassificationTimeoutException late:
                problem = Problem(504, "deadline", "No answer before the deadline");
                problem.Extensions[late.Ids.Count == 1 ? "id" : "ids"] = late.Ids.Count == 1 ? late.Ids[0] : late.Ids;
                return problem;
            case TextRejectedException rejected:
                problem = Problem(422, "text-rejected", "The text could not be classified");
                problem.Extensions["reason"] = rejected.Reason;
                return problem;
            case OverloadedException overloaded:
                if (!context.Response.HasStarted)
                {
                    context.Response.Headers.RetryAfter = Math.Max(
                    1,
                    Math.Ceiling(overloaded.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                }

                return Problem(429, "overload", "Too many requests at once");
            case StateUnavailableException:
                return Problem(503, "state-unavailable", "The state store is not available");
            case KeysDamagedException:
                return Problem(503, "keys-damaged", "The keys of the subjects are damaged");
            case LogUnavailableException:
                return Problem(503, "log-unavailable", "The event log is not available");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problem(
                    413,
                    "too-large",
                    "Too much in one request",
                    "The body is larger than is taken here (Gateway:MaxBodyBytes; 16 KiB at /sign-in). Send it in several requests.");
            case BadHttpRequestException bad:
                return Problem(
                    bad.StatusCode,
                    "bad-request",
                    "The request is not valid",
                    UnreadableParameter().Replace(bad.Message, "$1 cannot be read from '$2'; see /docs for its form"));
            default:
                logger.LogError(exception, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
                return Problem(500, "internal", "Something failed here", "The Gateway's log tells more under the trace id.");
        }
    }

    /// <summary>The first of many, each held to a length.</summary>
    private static Dictionary<string, string> Told(IReadOnlyDictionary<string, string> errors)
    {
        var told = errors.Take(MaxErrors).ToDictionary(
            static error => Excerpt.Truncate(error.Key, MaxErrorChars),
            static error => Excerpt.Truncate(error.Value, MaxErrorChars));
        if (errors.Count > MaxErrors) told["…"] = $"{errors.Count - MaxErrors:N0} more fields are not valid.";
        return told;
    }

    /// <summary>ASP.NET Core's own words, which name C# types.</summary>
    [GeneratedRegex("^Failed to bind parameter \"(?:.* )?(\\w+)\" from \"(.*)\"\\.?$")]
    private static partial Regex UnreadableParameter();
}
