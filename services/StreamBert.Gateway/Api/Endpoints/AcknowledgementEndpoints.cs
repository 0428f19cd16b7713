using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Api.Endpoints;

/// <summary>What a person wants others to know about an alert.</summary>
internal sealed record AcknowledgementRequest
{
    [Description("What others should know; at most 1,000 characters.")]
    public string? Comment { get; init; }
}

/// <summary>Acknowledges alerts.</summary>
internal static class AcknowledgementEndpoints
{
    private const string Route = "/acknowledgements/{**alert}";
    private const string Tag = "Monitoring";

    public static void MapAcknowledgements(this RouteGroupBuilder api)
    {
        api.MapPost(Route, AcknowledgeAsync).RequireRole(Roles.Operate).WithTags(Tag).WithName("acknowledgeAlert")
            .WithSummary("Acknowledge an alert")
            .WithDescription("Tells the others that somebody takes care of the alert: it is not repeated and not escalated any more. The "
                + "body is optional. A further acknowledgement replaces the first. It is in the audit log.")
            .Accepts<AcknowledgementRequest>(true, MediaTypes.Json).Produces<AlertAcknowledged>()
            .WithProblems(400, 404, 413, 415, 429, 503);
        api.MapDelete(Route, WithdrawAsync).RequireRole(Roles.Operate).WithTags(Tag).WithName("withdrawAcknowledgement")
            .WithSummary("Withdraw the acknowledgement of an alert")
            .Produces<AlertAcknowledged>().WithProblems(404, 429, 503);
    }

    private static async Task<AlertAcknowledged> AcknowledgeAsync(
        [Description("The id of the alert.")] string alert, HttpContext context, AlertActionWriter actions, CancellationToken cancellation)
    {
        var request = context.Request.ContentType is null
            ? new() : await RequestBodyReader.ReadOneAsync<AcknowledgementRequest>(context, cancellation);
        return await actions.AcknowledgeAsync(alert, Actor.Of(context.User), request.Comment, cancellation)
            ?? throw AlertsEndpoint.Unknown(alert);
    }

    private static async Task<AlertAcknowledged> WithdrawAsync(
        [Description("The id of the alert.")] string alert, HttpContext context, AlertActionWriter actions,
        CancellationToken cancellation) =>
        await actions.WithdrawAsync(alert, Actor.Of(context.User), cancellation)
            ?? throw ApiException.NotFound($"No alert '{Excerpt.Quote(alert, 256)}' is acknowledged, so nothing was changed.");
}
