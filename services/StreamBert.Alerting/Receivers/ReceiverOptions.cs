using System.ComponentModel.DataAnnotations;

namespace StreamBert.Alerting.Receivers;

/// <summary>A receiver of messages about alerts. Bound from the section <c>Alerting:Receivers:N</c>.</summary>
public sealed class ReceiverOptions
{
    /// <summary>The name, by which routes refer to it: letters, digits and hyphens.</summary>
    [Required]
    public string Name { get; set; } = "";
}
