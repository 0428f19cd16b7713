using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using StreamBert.Gateway.Http.RateLimits;
using StreamBert.Gateway.Identity;
using StreamBert.Streaming.Alerts;

namespace StreamBert.Gateway.Alerts.Links;

/// <summary>
/// Maps the pages to which the signed links of messages lead. A page asks for confirmation, so that the preview of a message does nothing;
/// the signature replaces the sign-in.
/// </summary>
internal static class AlertLinkEndpoints
{
    private const string Actor = "link";
    private const string SilenceDuration = "4h";
    private const int MaxFormBytes = 16 * 1024;

    public static void MapAlertLinks(this WebApplication app)
    {
        var pages = app.MapGroup("").OpenToAll().DisableAntiforgery().ExcludeFromDescription().RequireRateLimiting(RateLimits.SignIns)
            .WithMetadata(new RequestSizeLimitAttribute(MaxFormBytes));
        pages.MapGet("/alert-actions/{action}", AskAsync);
        pages.MapPost("/alert-actions/{action}", ActAsync);
    }

    private static async Task<RazorComponentResult> AskAsync(
        string action, HttpContext context, AlertLinks links, AlertReader alerts, string? alert, string? expires, string? signature)
    {
        if (!IsValid(links, action, alert, expires, signature))
            return Refuse(context);
        if (await alerts.FindAsync(alert!, context.RequestAborted) is not { } found)
            return Page(context, "There is no such alert", "Nothing was done.", StatusCodes.Status404NotFound);
        return action == AlertLinks.AcknowledgeAction
            ? Page(context, "Acknowledge this alert?", "It is then not repeated and not escalated any more.", found.Raised, "Acknowledge")
            : Page(context, "Silence this alert for 4 hours?", "No message about its series is sent until then.", found.Raised, "Silence");
    }

    private static async Task<RazorComponentResult> ActAsync(
        string action, HttpContext context, AlertLinks links, AlertReader alerts, AlertActionWriter actions, string? alert,
        string? expires, string? signature)
    {
        if (!IsValid(links, action, alert, expires, signature))
            return Refuse(context);
        if (await alerts.FindAsync(alert!, context.RequestAborted) is not { Raised: var raised })
            return Page(context, "There is no such alert", "Nothing was done.", StatusCodes.Status404NotFound);
        if (action == AlertLinks.AcknowledgeAction)
        {
            await actions.AcknowledgeAsync(raised.Id, Actor, null, context.RequestAborted);
            return Page(context, "Acknowledged", "It is not repeated and not escalated any more.", raised);
        }
        var request = new SilenceRequest { Matchers = AlertActionWriter.MatchersOf(raised), Duration = SilenceDuration };
        await actions.SilenceAsync(request, Actor, context.RequestAborted);
        return Page(context, "Silenced for 4 hours", "End it sooner on the page of the alert.", raised);
    }

    private static bool IsValid(AlertLinks links, string action, string? alert, string? expires, string? signature) =>
        action is AlertLinks.AcknowledgeAction or AlertLinks.SilenceAction && alert is not null && signature is not null
        && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
        && links.IsValid(action, alert, end, signature);

    private static RazorComponentResult Refuse(HttpContext context) => Page(
        context, "This link cannot be used",
        "It has expired, or it was changed. Nothing was done. Open the alert on the dashboard instead.",
        StatusCodes.Status403Forbidden);

    private static RazorComponentResult Page(HttpContext context, string title, string text, int status) =>
        Page(context, title, text, null, null, status);

    private static RazorComponentResult Page(
        HttpContext context, string title, string text, Contracts.AlertRaised? alert, string? button = null,
        int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<AlertLinkPage>(new Dictionary<string, object?>
        {
            [nameof(AlertLinkPage.Title)] = title,
            [nameof(AlertLinkPage.Text)] = text,
            [nameof(AlertLinkPage.Alert)] = alert,
            [nameof(AlertLinkPage.Button)] = button,
        })
        { StatusCode = status };
    }
}
