using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>
/// Posts all alerts of a message to the API v2 of Prometheus Alertmanager. An alert is identified by its labels, so a repeated message
/// changes nothing.
/// </summary>
internal sealed partial class AlertmanagerReceiver(ReceiverOptions options, MessageComposer composer, HttpClient client, TimeProvider time)
    : HttpReceiver(client, time)
{
    private const string Path = "/api/v2/alerts", NameLabel = "alertname";

    /// <summary>Alertmanager resolves an alert that is not posted again by its end; a later message moves the end.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(1), TestValidity = TimeSpan.FromMinutes(5);

    protected override HttpRequestMessage CreateRequest(NotificationRequested notification)
    {
        var address = options.Url!.AbsoluteUri.TrimEnd('/');
        var request = Post(
            new(address.EndsWith(Path, StringComparison.Ordinal) ? address : address + Path),
            ToJson(notification.Alerts.Select(alert => Describe(alert, notification))));
        if (options.User.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}")));
        }
        return request;
    }

    private object Describe(NotifiedAlert alert, NotificationRequested notification)
    {
        var isTest = notification.Cause == NotificationCauses.Test;
        var links = composer.LinksOf(alert, notification.Cause);
        return new
        {
            Labels = LabelsOf(alert),
            Annotations = new Dictionary<string, string?> { ["summary"] = alert.Title, ["description"] = alert.Message ?? alert.Title },
            StartsAt = alert.RaisedAt,
            EndsAt = alert.ResolvedAt is { } resolved && resolved > alert.RaisedAt ? resolved
                : alert.ResolvedAt is not null ? alert.RaisedAt
                : notification.RequestedAt + (isTest ? TestValidity : Validity),
            GeneratorURL = links.Count > 0 ? links[0].Url : null,
        };
    }

    private static Dictionary<string, string> LabelsOf(NotifiedAlert alert)
    {
        var labels = new Dictionary<string, string> { [NameLabel] = alert.Kind };
        foreach (var (name, value) in AlertLabels.Of(alert))
            labels.TryAdd(ToLabelName(name), value);
        return labels;
    }

    /// <summary>Label names consist of letters, digits and underscores and do not begin with a digit.</summary>
    private static string ToLabelName(string name)
    {
        var valid = Invalid().Replace(name, "_");
        return char.IsAsciiDigit(valid[0]) ? $"_{valid}" : valid;
    }

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex Invalid();
}
