using Microsoft.Extensions.Logging;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Alerting.Delivery;

/// <summary>Shows what became of notifications in the health of the process, the metrics and the console.</summary>
internal sealed class DeliveryReporter(DeliveryMetrics metrics, Readiness readiness, ILogger<DeliveryReporter> logger)
{
    /// <summary>Shows that a notification waits until its receiver accepts it.</summary>
    public void Begin(ReceiverOptions receiver, NotificationRequested notification) =>
        metrics.SetPending(receiver.Name, notification.RequestedAt);

    /// <summary>Shows that a receiver accepted a notification, or accepted it only for some recipients.</summary>
    public void Deliver(ReceiverOptions receiver, NotificationRequested notification, Acceptance acceptance)
    {
        End(receiver, NotificationStates.Delivered);
        logger.LogInformation(
            "The receiver {Receiver} accepted the notification {Id}: {Answer}", receiver.Name, notification.Id, acceptance.Answer);
        if (acceptance.Refused is { } refused)
        {
            readiness.Degrade(
                receiver.Component,
                $"The receiver '{receiver.Name}' ({receiver.Type}) does not accept messages for some recipients: {refused}.",
                $"Fix the recipients in its setting To; 'streambert alerts test {receiver.Name}' tries it.");
        }
        else if (readiness.Recover(receiver.Component))
        {
            logger.LogWarning("The receiver {Receiver} accepts notifications again.", receiver.Name);
        }
    }

    /// <summary>Shows that an attempt failed; the notification is sent again.</summary>
    public void Retry(ReceiverOptions receiver, string error)
    {
        metrics.Count(receiver.Name, NotificationStates.Retrying);
        readiness.Degrade(
            receiver.Component,
            $"The receiver '{receiver.Name}' ({receiver.Type}) {error}. Its messages wait in their order; other receivers get theirs.",
            $"Fix what the reason names; 'streambert alerts test {receiver.Name}' tries it. A message is sent again for a day.");
    }

    /// <summary>Shows that a notification is not sent any more.</summary>
    public void GiveUp(ReceiverOptions receiver, NotificationRequested notification, string error)
    {
        End(receiver, NotificationStates.Undeliverable);
        logger.LogError(
            "The notification {Id} cannot be delivered: the receiver {Receiver} {Error}. It is not sent again; later ones are sent.",
            notification.Id, receiver.Name, error);
        readiness.Degrade(
            receiver.Component,
            $"A message to the receiver '{receiver.Name}' ({receiver.Type}) is undeliverable: the receiver {error}. Later ones are sent.",
            $"Fix what the reason names; 'streambert alerts test {receiver.Name}' tries it, and the next message that is accepted ends "
            + "this state. 'streambert alerts notifications --state undeliverable' lists the messages that nobody received.");
    }

    private void End(ReceiverOptions receiver, string state)
    {
        metrics.Count(receiver.Name, state);
        metrics.SetPending(receiver.Name, null);
    }
}
