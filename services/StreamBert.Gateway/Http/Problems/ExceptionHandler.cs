using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Gateway.ModelRequests;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Gateway.Http.Problems;

/// <summary>Converts the exceptions of requests to problem documents.</summary>
internal sealed partial class ExceptionHandler(ILogger<ExceptionHandler> logger) : IExceptionHandler
{
    private const int MaxErrors = 100;
    private const int MaxErrorLength = 512;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        try
        {
            await ProblemResponses.WriteAsync(httpContext, CreateProblem(httpContext, exception));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has disconnected, perhaps in the middle of its request.
        }
        return true;
    }

    /// <summary>Creates the problem document of an exception and logs unexpected ones.</summary>
    public ProblemDetails CreateProblem(HttpContext context, Exception exception)
    {
        ProblemDetails Create(int status, string code, string title, string? detail = null) =>
            ProblemResponses.Create(context, status, code, title, detail ?? exception.Message);

        return exception switch
        {
            ApiException known => Create(known.Status, known.Code, known.Title),
            InvalidRequestException invalid => AddErrors(
                Create(400, ApiException.InvalidCode, ApiException.InvalidTitle, "Nothing was written. Correct the fields under "
                    + "'errors' and send the request again."),
                invalid.Errors),
            TextTooLargeException => Create(413, "too-large", "A text is too large"),
            ClassificationTimeoutException { Ids: [var id] } => Extend(Create(504, "deadline", "The deadline has passed"), "id", id),
            ClassificationTimeoutException late => Extend(Create(504, "deadline", "The deadline has passed"), "ids", late.Ids),
            TextRejectedException rejected => Extend(
                Create(422, "text-rejected", "The text could not be classified"), "reason", rejected.Reason),
            ModelRequestRefusedException { IsUnknownModel: true } => Create(404, "unknown-model", "There is no such model"),
            ModelRequestRefusedException => Create(409, "request-refused", "The request about the model was refused"),
            OverloadedException overloaded =>
                WithRetryAfter(context, overloaded.RetryAfter, Create(429, "overload", "Too many concurrent requests")),
            StateUnavailableException => Create(503, "state-unavailable", "The state store is unavailable"),
            KeysDamagedException => Create(503, "keys-damaged", "The subject keys are damaged"),
            LogUnavailableException => Create(503, "log-unavailable", "The event log is unavailable"),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Create(
                413, "too-large", "The request is too large",
                "The body exceeds the limit (Gateway:MaxBodyBytes; 16 KiB for /sign-in). Send its contents in several requests."),
            BadHttpRequestException bad => Create(
                bad.StatusCode, "bad-request", "The request is invalid",
                UnreadableParameter().Replace(bad.Message, "$1 cannot be read from '$2'; see /docs for its format")),
            _ => CreateInternalError(context, exception, Create(500, "internal", "Internal error", "The log of the Gateway has the "
                + "details under the trace id.")),
        };
    }

    private ProblemDetails CreateInternalError(HttpContext context, Exception exception, ProblemDetails problem)
    {
        logger.LogError(exception, "{Method} {Path} failed; the client receives status 500", context.Request.Method, context.Request.Path);
        return problem;
    }

    private static ProblemDetails Extend(ProblemDetails problem, string name, object value)
    {
        problem.Extensions[name] = value;
        return problem;
    }

    private static ProblemDetails WithRetryAfter(HttpContext context, TimeSpan retryAfter, ProblemDetails problem)
    {
        if (!context.Response.HasStarted)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return problem;
    }

    /// <summary>Lists the errors, and tells how many there are.</summary>
    private static ProblemDetails AddErrors(ProblemDetails problem, IReadOnlyDictionary<string, string> errors) =>
        Extend(Extend(problem, "errors", Truncate(errors)), "errorCount", errors.Count);

    /// <summary>Limits the number and the length of the errors.</summary>
    private static Dictionary<string, string> Truncate(IReadOnlyDictionary<string, string> errors)
    {
        var truncated = errors.Take(MaxErrors).ToDictionary(
            static error => Excerpt.Truncate(error.Key, MaxErrorLength), static error => Excerpt.Truncate(error.Value, MaxErrorLength));
        if (errors.Count > MaxErrors)
            truncated["…"] = $"{errors.Count - MaxErrors:N0} more fields are invalid.";
        return truncated;
    }

    /// <summary>Matches the messages of ASP.NET Core that name C# types.</summary>
    [GeneratedRegex("^Failed to bind parameter \"(?:.* )?(\\w+)\" from \"(.*)\"\\.?$")]
    private static partial Regex UnreadableParameter();
}
