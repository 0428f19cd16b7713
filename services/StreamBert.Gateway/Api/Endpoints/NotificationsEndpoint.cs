using System.ComponentModel;
using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;
using StreamBert.Gateway.Api.Documentation;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Api.Endpoints;

internal sealed record NotificationList(IReadOnlyList<NotificationView> Notifications);

/// <summary>Lists the messages to receivers.</summary>
internal static class NotificationsEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapNotifications(this RouteGroupBuilder api) => api.MapGet("/notifications", GetAsync).RequireRole(Roles.Read)
        .WithTags("Monitoring").WithName("listNotifications")
        .WithSummary("List the latest messages about alerts")
        .WithDescription("The latest first, each with its last state and, if its receiver did not accept it, the error.")
        .Produces<NotificationList>().WithProblems(400, 429, 503);

    private static async Task<NotificationList> GetAsync(
        NotificationFollower notifications,
        [Description("Only to this receiver.")] string? receiver,
        [Description("Only `pending`, `delivered`, `retrying` or `undeliverable`.")] string? state,
        [Description("1 to 1,000; default 100.")] int? limit,
        CancellationToken cancellation)
    {
        if (state is not null && !NotificationView.States.Contains(state))
        {
            throw ApiException.Invalid(
                $"state is '{Excerpt.Quote(state)}'; it must be one of {string.Join(", ", NotificationView.States)}.");
        }
        var most = QueryParameters.ParseLimit(limit, DefaultLimit, MaxLimit);
        return new(await notifications.ReadAsync(
            known => known.List(
                message => (receiver is null || message.Receiver == receiver) && (state is null || message.State == state), most),
            cancellation));
    }
}
