using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Streaming.Alerts;

namespace StreamBert.Alerting.Receivers;

/// <summary>Creates receivers of all kinds. They share the connections over HTTP, which end with this object.</summary>
internal sealed class ReceiverFactory(AlertLinks links, HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly HttpClient _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>
    /// Creates the handler of the requests: it follows no redirect, keeps no cookies, and asks for the addresses of names again after a
    /// while.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = ConnectionLifetime,
    };

    /// <summary>Creates a receiver, whose settings are valid.</summary>
    public IReceiver Create(ReceiverOptions options)
    {
        var composer = new MessageComposer(options.Title, options.Text, links);
        return new TimedReceiver(
            options.Type switch
            {
                ReceiverTypes.Webhook => new WebhookReceiver(options, composer, _client, time),
                ReceiverTypes.Slack => new SlackReceiver(options, composer, _client, time),
                ReceiverTypes.Teams => new TeamsReceiver(options, composer, _client, time),
                ReceiverTypes.PagerDuty => new PagerDutyReceiver(options, composer, _client, time),
                ReceiverTypes.Alertmanager => new AlertmanagerReceiver(options, composer, _client, time),
                ReceiverTypes.Email => new EmailReceiver(options, composer),
                var other => throw new ArgumentException($"There is no receiver of type '{other}'.", nameof(options)),
            },
            time);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
