using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record SilenceList(IReadOnlyList<SilenceView> Silences);

/// <summary>Lists, creates and ends silences.</summary>
internal static class SilenceEndpoints
{
    private const string All = "all";
    private const string Tag = "Monitoring";

    public static void MapSilences(this RouteGroupBuilder api)
    {
        api.MapGet("/silences", ListAsync).RequireRole(Roles.Read).WithTags(Tag).WithName("listSilences")
            .WithSummary("List silences")
            .WithDescription("The latest first. A silence mutes the notifications of the alerts that match; they still fire and are shown.")
            .Produces<SilenceList>().WithProblems(400, 429, 503);
        api.MapPost("/silences", CreateAsync).RequireRole(Roles.Operate).WithTags(Tag).WithName("createSilence")
            .WithSummary("Mute the notifications of alerts for a time")
            .WithDescription("Mutes the alerts that match all `matchers` (`name=value`, `!=`, `=~`, `!~`, as in Prometheus Alertmanager) "
                + "for at most 30 days. The labels are `pipeline`, `kind`, `severity`, `head`, `segment`, `label`, `fingerprint`, and the "
                + "dimension of the segment, such as `topic`. The response tells how many alerts that fire now it mutes. It is in the "
                + "audit log.")
            .Accepts<SilenceRequest>(MediaTypes.Json).Produces<CreatedSilence>(StatusCodes.Status201Created)
            .WithProblems(400, 413, 415, 429, 503);
        api.MapDelete("/silences/{id}", ExpireAsync).RequireRole(Roles.Operate).WithTags(Tag).WithName("expireSilence")
            .WithSummary("End a silence now")
            .Produces<SilenceView>().WithProblems(404, 429, 503);
    }

    private static async Task<SilenceList> ListAsync(
        AlertActionFollower actions, TimeProvider time,
        [Description("`active` (default), `pending`, `expired` or `all`.")] string? state, CancellationToken cancellation)
    {
        var wanted = state ?? SilenceView.Active;
        if (wanted != All && !SilenceView.States.Contains(wanted))
        {
            throw ApiException.Invalid(
                $"state is '{Excerpt.Quote(wanted)}'; it must be one of {string.Join(", ", SilenceView.States.Append(All))}.");
        }
        var now = time.GetUtcNow();
        return new(await actions.ReadAsync<IReadOnlyList<SilenceView>>(
            known => [.. known.Silences.Select(silence => SilenceView.Of(silence, now)).Where(one => wanted == All || one.State == wanted)],
            cancellation));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, AlertActionWriter actions, CancellationToken cancellation)
    {
        var request = await RequestBodyReader.ReadOneAsync<SilenceRequest>(context, cancellation);
        return Results.Json(
            await actions.SilenceAsync(request, Actor.Of(context.User), cancellation), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<SilenceView> ExpireAsync(
        [Description("The id of the silence.")] string id, HttpContext context, AlertActionWriter actions,
        CancellationToken cancellation) =>
        await actions.ExpireAsync(id, Actor.Of(context.User), cancellation) ?? throw ApiException.NotFound(
            $"There is no silence '{Excerpt.Quote(id)}'; GET /v1/silences?state=all lists them.");
}
