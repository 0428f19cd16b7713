using StreamBert.Contracts;

namespace StreamBert.Inference.Serving;

/// <summary>Determines the key of a text, whose texts one version answers during a rollout: its subject, else its id.</summary>
internal static class RolloutKey
{
    public static string Of(TextReceived text) => string.IsNullOrEmpty(text.Subject) ? text.Id : text.Subject;
}
