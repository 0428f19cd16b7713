using System.ComponentModel;
using System.Globalization;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Http.Streaming;
using StreamBert.Gateway.Identity;
using StreamBert.Operations.Verification;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>Verifies the log.</summary>
internal static class VerifyEndpoint
{
    /// <summary>Allows one verification at a time, because each reads whole topics.</summary>
    private static readonly SemaphoreSlim Semaphore = new(1, 1);

    public static void MapVerify(this RouteGroupBuilder api) => api.MapGet("/verify", VerifyAsync).RequireRole(Roles.Read).Costly()
        .WithTags("Operation").WithName("verify")
        .WithSummary("Verify that no text is missing or duplicated")
        .WithDescription(
            "Reads the log and streams one JSON object per line: `progress`, each `finding` (a record without an outcome or with "
                + "several, a missing or duplicated copy on a route, "
            + "an output out of order, an event that was written twice), and last the `report`; or, after a failure, a last line "
            + "`failure` with a problem document. A response without either is truncated "
            + "and proves nothing. Without parameters every input topic is verified up to the committed offsets. One verification runs "
            + "at a time.")
        .Produces<VerificationLine>(StatusCodes.Status200OK, MediaTypes.JsonLines).WithProblems(400, 429, 503);

    private static async Task VerifyAsync(
        HttpContext context, IEventLog log, PipelineCatalog pipelines,
        [Description("Only the input topics of this pipeline.")] string? pipeline,
        [Description("Only this input topic.")] string? topic,
        [Description("For one topic: the `partition:offset` to start at; may be repeated for several partitions.")] string[]? from,
        [Description("For one topic: the `partition:offset` to stop before; may be repeated for several partitions.")] string[]? to,
        CancellationToken cancellation)
    {
        var request = new VerificationRequest(pipeline, topic, Offsets("from", from), Offsets("to", to));
        if (!await Semaphore.WaitAsync(TimeSpan.Zero, cancellation))
        {
            throw new ApiException(
                StatusCodes.Status429TooManyRequests,
                "overload",
                "Too many requests at once",
                "A verification is running already; try again when it is done.");
        }

        try
        {
            await StreamedResponse.WriteAsync(
                context,
                StreamFormat.JsonLines,
                (answer, end) => WriteAsync(answer, new LogVerifier(log, pipelines).RunAsync(request, end), end));
        }
        catch (VerificationException e)
        {
            throw ApiException.Invalid(e.Message);
        }
        finally
        {
            Semaphore.Release();
        }
    }

    private static async Task WriteAsync(StreamedResponse answer, IAsyncEnumerable<VerificationLine> lines, CancellationToken cancellation)
    {
        await foreach (var line in lines.WithCancellation(cancellation))
            await answer.WriteAsync([.. answer.Serialize(line), (byte)'\n'], flush: line.Finding is null, cancellation);
    }

    private static Dictionary<int, long> Offsets(string name, string[]? given)
    {
        var offsets = new Dictionary<int, long>();
        foreach (var value in given ?? [])
        {
            var parts = value.Split(':');
            if (parts.Length != 2 || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var partition)
                || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var offset))
            {
                throw ApiException.Invalid($"{name} is '{value}'; it must be partition:offset, such as 0:1000.");
            }

            offsets[partition] = offset;
        }
        return offsets;
    }
}
