using System.ComponentModel.DataAnnotations;

namespace StreamBert.Alerting.Receivers;

/// <summary>A receiver of messages about alerts. Bound from the section <c>Alerting:Receivers:N</c>.</summary>
public sealed class ReceiverOptions : IValidatableObject
{
    /// <summary>The name, by which routes refer to it: letters, digits and hyphens.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>One of <see cref="ReceiverTypes"/>.</summary>
    [Required]
    public string Type { get; set; } = "";

    /// <summary>
    /// The address to post to. That of Slack and of Teams is a secret. Default for PagerDuty: its address in the United States.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>The secret that signs the messages of a webhook.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The integration key of a service of PagerDuty.</summary>
    public string RoutingKey { get; set; } = "";

    /// <summary>The mail server.</summary>
    public string Host { get; set; } = "";

    /// <summary>The port of the mail server. Default: 587, with <c>tls</c> 465, with <c>none</c> 25.</summary>
    [Range(1, 65535)]
    public int? Port { get; set; }

    /// <summary>One of <see cref="MailSecurity"/>.</summary>
    public string Security { get; set; } = MailSecurity.StartTls;

    /// <summary>The user at the mail server or at Alertmanager. Default: none, and no password is sent.</summary>
    public string User { get; set; } = "";

    /// <summary>The password of the user.</summary>
    public string Password { get; set; } = "";

    /// <summary>The sender of e-mails.</summary>
    public string From { get; set; } = "";

    /// <summary>The recipients of e-mails, separated by commas.</summary>
    public string To { get; set; } = "";

    /// <summary>The title of messages, with placeholders. Default: what happened and the title of the alert.</summary>
    public string Title { get; set; } = "";

    /// <summary>The text below the title, with placeholders. Default: how many alerts fire, if there are several.</summary>
    public string Text { get; set; } = "";

    /// <summary>The component by which the health of the service shows the receiver.</summary>
    internal string Component => $"receiver {Name}";

    /// <summary>Checks the settings, without showing secrets.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => ReceiverValidation.Check(this);
}
