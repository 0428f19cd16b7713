using System.ComponentModel.DataAnnotations;
using MimeKit;
using StreamBert.Alerting.Receivers.Messages;
using StreamBert.Contracts;
using StreamBert.Streaming.Webhooks;

namespace StreamBert.Alerting.Receivers;

/// <summary>Checks the settings of a receiver. No message shows a secret, nor the address of Slack or Teams, which is one.</summary>
internal static class ReceiverValidation
{
    /// <summary>Returns what is wrong with the settings.</summary>
    public static IEnumerable<ValidationResult> Check(ReceiverOptions options)
    {
        if (!WebhookRules.IsName(options.Name))
            return [Fault($"The name of a receiver is '{options.Name}'; give letters, digits and hyphens.", nameof(options.Name))];
        return CheckTemplates(options).Concat(options.Type switch
        {
            ReceiverTypes.Webhook => CheckUrl(options).Concat(CheckSecret(options)),
            ReceiverTypes.Slack or ReceiverTypes.Teams => CheckUrl(options),
            ReceiverTypes.PagerDuty => CheckPagerDuty(options),
            ReceiverTypes.Alertmanager => CheckUrl(options).Concat(CheckPassword(options)),
            ReceiverTypes.Email => CheckEmail(options),
            _ => [Fault(
                $"The type of the receiver '{options.Name}' is '{options.Type}'; give {string.Join(", ", ReceiverTypes.All)}.",
                nameof(options.Type))],
        });
    }

    private static IEnumerable<ValidationResult> CheckUrl(ReceiverOptions options)
    {
        if (WebhookRules.IsAddress(options.Url))
            return [];
        var given = options.Type is ReceiverTypes.Slack or ReceiverTypes.Teams || options.Url is null ? "" : $", not '{options.Url}'";
        return [Fault($"The receiver '{options.Name}' needs a Url with https{given}.", nameof(options.Url))];
    }

    private static IEnumerable<ValidationResult> CheckSecret(ReceiverOptions options) =>
        WebhookRules.DecodeSecret(options.Secret) is not null ? []
            : [Fault($"The Secret of the receiver '{options.Name}' must be {WebhookRules.SecretForm}.", nameof(options.Secret))];

    private static IEnumerable<ValidationResult> CheckPagerDuty(ReceiverOptions options)
    {
        if (options.RoutingKey.Length == 0 || !VisibleText.IsPlain(options.RoutingKey))
        {
            yield return Fault(
                $"The receiver '{options.Name}' needs a RoutingKey, the integration key of a service of PagerDuty.",
                nameof(options.RoutingKey));
        }
        if (options.Url is not null && !WebhookRules.IsAddress(options.Url))
            yield return Fault($"The Url of the receiver '{options.Name}' is '{options.Url}'; give one with https.", nameof(options.Url));
    }

    private static IEnumerable<ValidationResult> CheckPassword(ReceiverOptions options) =>
        options.User.Length == 0 == (options.Password.Length == 0) ? []
            : [Fault($"The receiver '{options.Name}' needs User and Password, or neither.", nameof(options.User))];

    private static IEnumerable<ValidationResult> CheckEmail(ReceiverOptions options)
    {
        if (Uri.CheckHostName(options.Host) == UriHostNameType.Unknown)
        {
            yield return Fault(
                $"The Host of the receiver '{options.Name}' is '{options.Host}'; give the name of a mail server.", nameof(options.Host));
        }
        if (!MailSecurity.All.Contains(options.Security))
        {
            yield return Fault(
                $"The Security of the receiver '{options.Name}' is '{options.Security}'; give {string.Join(", ", MailSecurity.All)}.",
                nameof(options.Security));
        }
        if (options.Security == MailSecurity.None && options.Password.Length > 0)
        {
            yield return Fault(
                $"The receiver '{options.Name}' would send its password without encryption; set Security to starttls or tls.",
                nameof(options.Security));
        }
        if (!MailboxAddress.TryParse(options.From, out _))
            yield return Fault($"The receiver '{options.Name}' needs From, the address of the sender.", nameof(options.From));
        if (!IsRecipients(options.To))
            yield return Fault($"The receiver '{options.Name}' needs To, addresses separated by commas.", nameof(options.To));
        foreach (var fault in CheckPassword(options))
            yield return fault;
    }

    private static bool IsRecipients(string to) =>
        InternetAddressList.TryParse(to, out var addresses) && addresses.Mailboxes.Any();

    private static IEnumerable<ValidationResult> CheckTemplates(ReceiverOptions options)
    {
        if (options.Type is ReceiverTypes.Webhook or ReceiverTypes.Alertmanager && options.Title.Length + options.Text.Length > 0)
        {
            yield return Fault(
                $"Title and Text of the receiver '{options.Name}' have no effect on the type {options.Type}; remove them.",
                nameof(options.Title));
        }
        foreach (var (name, template) in new[] { (nameof(options.Title), options.Title), (nameof(options.Text), options.Text) })
        {
            if (MessageTemplate.FindUnknown(template) is { } unknown)
            {
                yield return Fault(
                    $"The {name} of the receiver '{options.Name}' has the placeholder '{unknown}', which does not exist; there are "
                    + $"{string.Join(", ", MessageTemplate.Placeholders)}.",
                    name);
            }
        }
    }

    private static ValidationResult Fault(string message, string member) => new(message, [member]);
}
